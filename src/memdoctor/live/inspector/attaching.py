"""A way to the heap of a process. An inspector that is opened for it is closed before a snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.bun import BunSession
from memdoctor.live.inspector.deputy import Deputy
from memdoctor.live.inspector.node import NodeSession
from memdoctor.live.inspector.opened import Opened
from memdoctor.live.inspector.preflight import open_inspector, places_of_bun, refuse_deaf
from memdoctor.live.inspector.target import Target
from memdoctor.live.interrupts import Interrupts

HeapSource = Deputy | BunSession


@contextmanager
def attached(target: Target, interrupts: Interrupts, *, force: bool) -> Iterator[HeapSource]:
    """Give what takes snapshots of a process; it is gone from there at the end of the block.

    An inspector that was open stays open; one that was opened for this is closed when the block begins.

    Raises CaptureError if it cannot be attached to, or its inspector cannot be closed.
    """
    target.check()
    if target.runtime == "bun":
        with _bun(target, interrupts) as bun:
            target.verify(bun.pid)
            yield bun
        return
    with _deputy(target, interrupts, force=force) as deputy:
        yield deputy


def _deputy(target: Target, interrupts: Interrupts, *, force: bool) -> Deputy:
    """Put a deputy into a Node."""
    if (address := open_inspector(target)) is not None:
        with NodeSession.at(*address, interrupts.check) as session:
            target.verify(session.pid)
            return Deputy(session, interrupts.check)
    refuse_deaf(target, force=force)
    opened = Opened(target)
    try:
        return Deputy(opened.open(interrupts), interrupts.check)
    finally:
        opened.close()


def _bun(target: Target, interrupts: Interrupts) -> BunSession:
    """Attach to a Bun that was started with its inspector: at the first of its ports that is one."""
    *others, last = places_of_bun(target)
    path = target.inspector.path or "/"
    for host, port in others:
        with suppress(CaptureError):
            return BunSession.at(host, port, path, interrupts.check)
    return BunSession.at(*last, path, interrupts.check)
