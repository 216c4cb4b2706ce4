"""A call that Ctrl-C, or a limit of time, can end: DuckDB works in a thread, and is told to stop."""

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from memdoctor.errors import UsageError
from memdoctor.units import duration

T = TypeVar("T")
_TICK = 0.05  # seconds between two looks at the clock; what is done sooner is not waited for


class Limit:
    """So many seconds from now on; None are without end."""

    def __init__(self, within: float | None = None) -> None:
        self.within = within
        self._end = math.inf if within is None else time.monotonic() + within

    @property
    def is_over(self) -> bool:
        """Whether they have passed."""
        return time.monotonic() > self._end


def waited_for(call: Callable[[], T], stop: Callable[[], None], limit: Limit) -> T:
    """Return what a call returns; `stop` ends it on Ctrl-C, or when the limit is over.

    Raises what it raises, and UsageError where it takes too long.
    """
    if limit.is_over:
        raise _too_long(limit)
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
    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.wait(_TICK):
            if limit.is_over:
                raise _too_long(limit)
    except BaseException:
        stop()
        done.wait()
        raise
    if errors:
        raise errors[0]
    return results[0]


def _too_long(limit: Limit) -> UsageError:
    return UsageError(f"the query takes longer than {duration(limit.within or 0)}", "ask for less")
