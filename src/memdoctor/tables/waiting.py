"""A call that Ctrl-C, or a limit of time, can end: DuckDB works in a thread, and is told to stop."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from memdoctor.errors import UsageError
from memdoctor.units import duration

T = TypeVar("T")
_TICK = 0.05  # seconds between two looks at the clock; what is done sooner is not waited for


def waited_for(call: Callable[[], T], stop: Callable[[], None], within: float | None) -> T:
    """Return what a call returns; `stop` ends it on Ctrl-C, or after `within` seconds.

    Raises what it raises, and UsageError where it takes too long.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)
        finally:
            done.set()

    done = threading.Event()  # a thread that Ctrl-C finds in join() looks ended when it is not
    end = None if within is None else time.monotonic() + within
    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.wait(_TICK):
            if end is not None and time.monotonic() > end:
                raise UsageError(f"the query takes longer than {duration(within or 0)}", "ask for less")
    except BaseException:
        stop()
        done.wait()
        raise
    if errors:
        raise errors[0]
    return results[0]
