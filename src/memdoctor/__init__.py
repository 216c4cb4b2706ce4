"""memdoctor: heap and process forensics. What is wrong, how sure, from which numbers, what to do.

>>> import memdoctor
>>> report = memdoctor.analyze("fixtures/heapdumps/phantom-external.json")
>>> report.overview.samples[0].runtime
'bun'
"""

from typing import TYPE_CHECKING, Any

from memdoctor.version import VERSION

if TYPE_CHECKING:
    from os import PathLike

    from memdoctor.findings import Report
    from memdoctor.heap.graph import HeapGraph

__version__ = VERSION
__all__ = ["__version__", "analyze", "load"]


def load(snapshot: "str | PathLike[str]") -> "HeapGraph":
    """Read one heap snapshot: a path, or `-` for standard input; plain, or packed with gzip, xz or zstd.

    What follows from it (retained sizes, classes) is computed when it is asked for.

    Raises memdoctor.errors.InputError, with the place, for what is no snapshot or a damaged one.
    """
    from os import fspath

    from memdoctor.readers.snapshot import read_snapshot

    return read_snapshot(fspath(snapshot))[1]


def analyze(*inputs: "str | PathLike[str]", every: float | None = None, **settings: Any) -> "Report":
    """Read inputs (paths, folders, `-` for standard input) as one case and diagnose it.

    `every` is the time in seconds between samples that carry none. `settings` are those of
    `memdoctor.config.Settings`: `select`, `ignore`, `min_severity`, `top`, `fail_on`. What cannot be
    read is in the report's `problems`, and its `exit_code` is then 2.

    Raises memdoctor.errors.UsageError for a setting or rule that does not exist.
    """
    from os import fspath

    from memdoctor.config import checked
    from memdoctor.engine import diagnose
    from memdoctor.readers.case import read_case

    return diagnose(read_case([fspath(item) for item in inputs], every), checked(settings, "the call"))
