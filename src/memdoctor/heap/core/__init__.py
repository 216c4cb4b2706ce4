"""The compiled core: loops over millions of numbers, in Cython's pure-Python mode.

Without a C compiler the same files run interpreted: correct, and slow (about 5 MB/s). Rules for
what stands here: no Python object in a loop, nothing recursive (a list of a million links is one path),
no GIL held. Callers hand over `memoryview(array)`, never the array, so that interpreted code sees Python
integers, which do not wrap; and every index in an array has been checked against its range before.
"""

from importlib.util import find_spec

HOW_TO_COMPILE = "install a C compiler, then memdoctor again, with pip's --force-reinstall"


def _compiled() -> bool:
    """Whether the modules of the core are extensions, found without importing them."""
    spec = find_spec("memdoctor.heap.core.scan")
    return spec is not None and not str(spec.origin).endswith(".py")


COMPILED = _compiled()
_INTERPRETED_SPEED = 5_000_000  # bytes of a snapshot in a second, about


def expected_seconds(file_bytes: int) -> float:
    """Return about how long a snapshot of that size takes where the core is interpreted."""
    return file_bytes / _INTERPRETED_SPEED
