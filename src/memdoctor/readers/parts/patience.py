"""Without a compiler a snapshot takes long: say so before, and how it would be fast."""

from memdoctor.heap.core import COMPILED, HOW_TO_COMPILE, expected_seconds
from memdoctor.progress import note
from memdoctor.units import duration

_WORTH_SAYING = 3.0  # seconds


def ask_for_patience(file_bytes: int) -> None:
    """Note how long a snapshot of that size will take, if the core is interpreted and it takes long."""
    seconds = expected_seconds(file_bytes)
    if not COMPILED and seconds > _WORTH_SAYING:
        note(f"the core is not compiled: this takes about {duration(seconds)}; {HOW_TO_COMPILE}")
