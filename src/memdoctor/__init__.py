"""memdoctor: heap and process forensics. What is wrong, how sure, from which numbers, what to do.

`analyze` makes a `Report` of any inputs, `render` text of a report, `load` a `HeapGraph` of one snapshot.
Sizes are bytes, durations seconds, times aware UTC; None is *not reported*, never 0. Nothing is imported
before it is used.

>>> import memdoctor
>>> report = memdoctor.analyze("fixtures/heapdumps/phantom-external.json")
>>> report.overview.samples[0].runtime
'bun'
>>> report.findings[0].rule, report.findings[0].severity.value, report.findings[0].impact
('external-not-resident', 'warning', 3238541571)
"""

from memdoctor.version import VERSION

TYPE_CHECKING = False  # true to type checkers; importing typing would take longer than all else here
if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from typing import Any, Unpack

    from memdoctor.analysis.figure import Figure
    from memdoctor.analysis.look import Look
    from memdoctor.analysis.measurements import Measurements
    from memdoctor.errors import InputError, MemdoctorError, UsageError
    from memdoctor.findings import Confidence, Evidence, Finding, Overview, Report, Rule, Severity, Subject
    from memdoctor.heap.graph import HeapGraph
    from memdoctor.library import CallSettings
    from memdoctor.model import Problem, Sample, Source
    from memdoctor.reports.render import Style, render
    from memdoctor.rules.own import OwnRule

__version__ = VERSION
__all__ = [
    "CallSettings",
    "Confidence",
    "Evidence",
    "Figure",
    "Finding",
    "HeapGraph",
    "InputError",
    "Look",
    "Measurements",
    "MemdoctorError",
    "Overview",
    "OwnRule",
    "Problem",
    "Report",
    "Rule",
    "Sample",
    "Severity",
    "Source",
    "Style",
    "Subject",
    "UsageError",
    "__version__",
    "analyze",
    "load",
    "render",
]

# Where each name lives: it is imported when somebody asks for it.
_HOMES = {
    "CallSettings": "memdoctor.library",
    "Confidence": "memdoctor.findings",
    "Evidence": "memdoctor.findings",
    "Figure": "memdoctor.analysis.figure",
    "Finding": "memdoctor.findings",
    "HeapGraph": "memdoctor.heap.graph",
    "InputError": "memdoctor.errors",
    "Look": "memdoctor.analysis.look",
    "Measurements": "memdoctor.analysis.measurements",
    "MemdoctorError": "memdoctor.errors",
    "Overview": "memdoctor.findings",
    "OwnRule": "memdoctor.rules.own",
    "Problem": "memdoctor.model",
    "Report": "memdoctor.findings",
    "Rule": "memdoctor.findings",
    "Sample": "memdoctor.model",
    "Severity": "memdoctor.findings",
    "Source": "memdoctor.model",
    "Style": "memdoctor.reports.render",
    "Subject": "memdoctor.findings",
    "UsageError": "memdoctor.errors",
    "render": "memdoctor.reports.render",
}

if not TYPE_CHECKING:  # to a type checker a name that is mistyped would be there, too

    def __getattr__(name: str) -> "Any":
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

    Raises InputError for what is not there, no snapshot, or a damaged one. Its message names the file, its
    `place` says where in it; where that is not known it is the file.
    """
    from memdoctor.library import load as load_snapshot

    return load_snapshot(snapshot)


def analyze(
    *inputs: "str | PathLike[str]",
    every: float | None = None,
    rules: "Iterable[OwnRule]" = (),
    **settings: "Unpack[CallSettings]",
) -> "Report":
    """Read inputs (paths, folders, `-` for standard input) as one case and diagnose it.

    `every` is the time in seconds between samples or snapshots that carry none. `rules` are asked beside
    those of memdoctor: each a module or an object with `RULE` and `check(measurements)`. `settings` are

    - `select`, `ignore`: rules and families that are asked, or not
    - `min_severity`: milder findings are left out; `fail_on`: from which on `exit_code` is 1
    - `top`: so many findings, the worst; 0 and None are all. Formats show as many rows of long tables
    - `budget`: what is allowed, such as `{"rss": "500MiB"}`; `thresholds`: from where on it is a finding
    - `baseline`: the path of an earlier report in JSON: only what is new or worse is in this one
    - `assume`: what a forecast reckons with, such as `["sessions=100/day"]`
    - `redact`: whether the report has stand-ins for names, places and secrets, in all that it holds
    - `show_arguments`: whether command lines are whole, with what may be secret in them. Never if redacted
    - `drawn`: whether the report holds what html draws: dominator tree and classes of the last snapshot

    What cannot be read is in the report's `problems`, and its `exit_code` is then 2.

    Raises UsageError for a setting or rule that does not exist, a value that a setting cannot have, a call
    without inputs, and a rule of your own that is none or yields something else than findings.
    """
    from memdoctor.library import analyze as analyze_case

    return analyze_case(inputs, every, rules, settings)
