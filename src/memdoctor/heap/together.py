"""Two computations at once, where the compiled core lets go of the GIL."""

import threading
from collections.abc import Callable
from typing import TypeVar

from memdoctor.heap.core import COMPILED

First = TypeVar("First")
Second = TypeVar("Second")


def together(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """Return the results of both; interpreted, one is computed after the other.

    The second runs in a thread that does not hold up the end of the process. What it raises is raised.
    """
    if not COMPILED:
        return first(), second()
    results: list[Second] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(second())
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        one = first()
    except Exception:
        thread.join()  # it must not go on reading what the caller may take away
        raise
    thread.join()
    if errors:
        raise errors[0]
    return one, results[0]
