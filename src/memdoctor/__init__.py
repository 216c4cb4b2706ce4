"""memdoctor: heap and process forensics. What is wrong, how sure, from which numbers, what to do.

`analyze` makes a `Report` of any inputs, `load` a `HeapGraph` of one snapshot. Sizes are bytes, durations
seconds, times aware UTC; None is *not reported*, never 0. Nothing is imported before it is used.

>>> import memdoctor
>>> report = memdoctor.analyze("fixtures/heapdumps/phantom-external.json")
>>> report.overview.samples[0].runtime
'bun'
>>> report.findings[0].rule, report.findings[0].severity.value, report.findings[0].impact
('external-not-resident', 'warning', 3238541571)
"""

from typing import TYPE_CHECKING, Any

from memdoctor.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from memdoctor.analysis.measurements import Measurements
    from memdoctor.errors import InputError, MemdoctorError, UsageError
    from memdoctor.findings import Confidence, Evidence, Finding, Report, Rule, Severity
    from memdoctor.heap.graph import HeapGraph
    from memdoctor.rules.own import OwnRule

__version__ = VERSION
__all__ = [
    "Confidence",
    "Evidence",
    "Finding",
    "HeapGraph",
    "InputError",
    "Measurements",
    "MemdoctorError",
    "OwnRule",
    "Report",
    "Rule",
    "Severity",
    "UsageError",
    "__version__",
    "analyze",
    "load",
]

# Where each name lives: it is imported when somebody asks for it.
_HOMES = {
    "Confidence": "memdoctor.findings",
    "Evidence": "memdoctor.findings",
    "Finding": "memdoctor.findings",
    "HeapGraph": "memdoctor.heap.graph",
    "InputError": "memdoctor.errors",
    "Measurements": "memdoctor.analysis.measurements",
    "MemdoctorError": "memdoctor.errors",
    "OwnRule": "memdoctor.rules.own",
    "Report": "memdoctor.findings",
    "Rule": "memdoctor.findings",
    "Severity": "memdoctor.findings",
    "UsageError": "memdoctor.errors",
}


def __getattr__(name: str) -> Any:
    """Import a name of the library when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    """Return the names of the library, also those that nobody has asked for yet."""
    return sorted({*globals(), *__all__})


def load(snapshot: "str | PathLike[str]") -> "HeapGraph":
    """Read one heap snapshot: a path, or `-` for standard input; plain, or packed with gzip, xz or zstd.

    What follows from it (retained sizes, classes) is computed when it is asked for, once. Arrays over nodes
    have one entry for each node, in the order of the file; sizes are bytes.

    >>> graph = load("fixtures/snapshots/bun-a-1.heapsnapshot.xz")
    >>> graph.retained_size.shape == (graph.node_count,)
    True
    >>> int(graph.retained_size.max()) <= graph.total_size
    True

    Raises InputError, with the place, for what is no snapshot or a damaged one.
    """
    from os import fspath

    from memdoctor.readers.snapshot import read_snapshot

    return read_snapshot(fspath(snapshot))[1]


def analyze(
    *inputs: "str | PathLike[str]",
    every: float | None = None,
    rules: "Iterable[OwnRule]" = (),
    **settings: Any,
) -> "Report":
    """Read inputs (paths, folders, `-` for standard input) as one case and diagnose it.

    `every` is the time in seconds between samples that carry none. `rules` are asked beside those of
    memdoctor: each a module or an object with `RULE` and `check(measurements)`. `settings` are those of
    `memdoctor.config.Settings`: `select`, `ignore`, `min_severity`, `top`, `fail_on`, `budget`,
    `baseline`, `assume`, `thresholds`. What cannot be read is in the report's `problems`, and its
    `exit_code` is then 2.

    Raises UsageError for a setting or rule that does not exist, and for a rule of your own that is none.
    """
    from os import fspath

    from memdoctor.config import checked
    from memdoctor.engine import diagnose
    from memdoctor.readers.case import read_case
    from memdoctor.rules.own import loaded

    own, asked = loaded(rules), checked(settings, "the call")
    return diagnose(read_case([fspath(item) for item in inputs], every), asked, own=own)
