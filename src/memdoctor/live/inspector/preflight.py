"""Whether a Node would open its inspector if it were asked by SIGUSR1. Nothing here touches it."""

import re
import signal
import sys
from pathlib import Path

from memdoctor.analysis.processes.program import program_of
from memdoctor.errors import CaptureError
from memdoctor.live.inspector import ports
from memdoctor.live.inspector.node import target_at
from memdoctor.live.inspector.target import INSTEAD, Target, command_of, options_of
from memdoctor.live.machine import one_look

_DECLINES = re.compile(r"--disable-sigusr1|--(?:experimental-)?permission")
_USES = re.compile(r"--(?:heapsnapshot-signal|report-signal)=SIGUSR1")
_OWN_HANDLER = re.compile(rb"\.\s*(?:on|once|addListener|prependListener)\(\s*['\"`]SIGUSR1['\"`]")
_LARGEST_SCRIPT = 8 << 20


def open_inspector(target: Target) -> ports.Address | None:
    """Return where the inspector of a Node is open already, None if it is not found."""
    mine = ports.listening([target.pid])
    place = target.inspector
    for host, port in mine:
        if port == place.port or (place.is_open and place.port == 0):
            try:
                target_at(ports.reachable(host), port, seconds=2)
            except CaptureError:
                continue
            return ports.reachable(host), port
    return None


def places_of_bun(target: Target) -> list[ports.Address]:
    """Return where the inspector of a Bun may be, of its own ports: one of them where its port was told.

    Raises CaptureError if it does not listen there.
    """
    port = target.inspector.port
    mine = ports.listening([target.pid])
    places = [(ports.reachable(host), on) for host, on in mine if port in {0, on}]
    if not places:
        message = f"process {target.pid} does not listen on port {port}, where its inspector would be"
        raise CaptureError(message, "it may have declined the port, or ended")
    return places


def refuse_deaf(target: Target, *, force: bool) -> None:
    """Raise CaptureError for a Node that would not open its inspector, or do something else on SIGUSR1.

    `force` leaves out what is only read in its script.
    """
    pid = target.pid
    if sys.platform == "linux" and not _catches_signal(pid):
        option = next((word for word in target.process.argv or () if _DECLINES.match(word)), None)
        reason = f"runs with {option}" if option else "does not listen to SIGUSR1"
        raise CaptureError(f"process {pid} {reason}: it opens no inspector", INSTEAD)
    words = (*options_of(target.process), *(target.process.argv or ()))
    used = next((word for word in words if _USES.fullmatch(word)), None)
    if used is not None and not (used.startswith("--report-signal") and "--report-on-signal" not in words):
        message = f"process {pid} runs with {used}: it does that on SIGUSR1, and opens no inspector"
        raise CaptureError(message, f"kill -USR1 {pid} lets it write that file into its folder")
    if not force and (place := _own_handler(target)):
        message = f"{place} handles SIGUSR1 itself: the signal would do that, and open no inspector"
        raise CaptureError(message, f"{INSTEAD}; --force sends the signal all the same")
    _refuse_busy_port(target)


def _catches_signal(pid: int) -> bool:
    from memdoctor.live import procfs

    try:
        mask = int(procfs.status(pid).get(b"SigCgt", b"0"), 16)
    except (OSError, ValueError):
        return False
    return bool(mask >> (signal.SIGUSR1 - 1) & 1)


def _own_handler(target: Target) -> str | None:
    """Return the place in the script of a program where it handles SIGUSR1; other modules are not read."""
    path = Path(target.process.cwd or _folder(target.pid)) / program_of(target.process).path
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_SCRIPT:
            return None
        text = path.read_bytes()
    except (OSError, ValueError):
        return None
    found = _OWN_HANDLER.search(text)
    if found is None:
        return None
    line = text.count(b"\n", 0, found.start()) + 1
    return f"{path.name}:{line}"


def _folder(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return "/"


def _refuse_busy_port(target: Target) -> None:
    """Raise CaptureError if somebody listens where the inspector would: it could not open."""
    host, port = target.inspector.host, target.inspector.port
    if port == 0:
        return
    processes = {one.pid: one for one in one_look().processes}
    taken = ports.listening(processes)
    owner = next((pid for (at, on), pid in taken.items() if on == port and ports.takes(at, host)), None)
    if owner is None and not ports.is_open(host, port):
        return
    if owner == target.pid:
        message = f"port {port} is open in process {target.pid} already, by its inspector or by the program"
        raise CaptureError(message, f"is another capture at work? then try again after it; else {INSTEAD}")
    whose = "another process"
    if owner in processes:
        whose = f"process {owner} ({command_of(processes[owner])})"
    message = f"port {port} is taken by {whose}: the inspector of process {target.pid} could not open there"
    raise CaptureError(message, f"end that, or start with --inspect-port=0; {INSTEAD}")
