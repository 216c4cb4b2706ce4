"""Time as it passes: a clock that is set, or a machine that sleeps, must not look like a restart."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """The wall clock at its begin, and what has passed since then. `sleep` waits so many seconds."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._begin, self._zero = datetime.now(UTC), self.seconds()
        self._sleep = sleep

    def seconds(self) -> float:
        """Return seconds from some origin; they never go back, and go on while a laptop is closed."""
        return time.monotonic() if _AWAKE_TOO is None else time.clock_gettime(_AWAKE_TOO)

    def now(self) -> datetime:
        """Return the time of day in UTC."""
        return self._begin + timedelta(seconds=self.seconds() - self._zero)

    def sleep(self, seconds: float) -> None:
        """Wait so long."""
        self._sleep(max(seconds, 0.0))


# The clock that goes on while the machine sleeps, as ages of processes do.
_NAME = "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME"
_AWAKE_TOO: int | None = getattr(time, _NAME, None)
