"""One look at something that runs, or one after the other for a while."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from memdoctor.progress import tell

SHORTEST = 0.25  # seconds between two looks: what lives shorter is not seen
_SHARE = 4  # a look is followed by a pause of so many times its length

_Seen = TypeVar("_Seen")


def looks(look: Callable[[], _Seen], seconds: float | None, pause: float) -> Iterator[_Seen]:
    """Yield what a look shows, and more of them until so many seconds are over, the last at their end.

    `pause` is the time between two looks; it grows where a look itself takes long.
    """
    begin = time.monotonic()
    yield look()
    if seconds is None:
        return
    pause = max(SHORTEST, pause)
    while (passed := time.monotonic() - begin) < seconds:
        tell(f"watching for {seconds:.0f} s, {seconds - passed:.0f} s left")
        time.sleep(min(pause, seconds - passed))
        started = time.monotonic()
        yield look()
        pause = max(pause, (time.monotonic() - started) * _SHARE)
