"""The document lacks figures that a question needs.

## What it means
Every field is optional, and people trim what they paste. Each missing figure leaves a question open;
memdoctor leaves it open too.

## Evidence
Uptime, or one of the five figures of `process.memoryUsage()`, is not in the document.

## What to do
Bring the whole document.

## When it is wrong
`process.memoryUsage()` has no uptime, and `v8.getHeapStatistics()` no RSS: there nothing was cut away.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample

RULE = Rule(
    "incomplete-input",
    "evidence",
    Severity.INFO,
    "figures that a question needs are missing",
)

_OPEN_WITHOUT = {
    "uptime": ("uptime", "how old the process is"),
    "rss": ("RSS", "what is in RAM"),
    "heap_used": ("heapUsed", "how large the JS heap is"),
    "heap_total": ("heapTotal", "which runtime it is, and the native rest"),
    "external": ("external", "what lies outside the JS heap"),
    "array_buffers": ("arrayBuffers", "how much of that are buffers"),
}


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample without one of the basic figures."""
    for look in measurements.dumps:
        missing = [name for name in _OPEN_WITHOUT if getattr(look.sample, name) is None]
        if missing:
            labels = ", ".join(_OPEN_WITHOUT[name][0] for name in missing)
            questions = "; ".join(_OPEN_WITHOUT[name][1] for name in missing)
            yield about_sample(
                RULE,
                look,
                f"no figure for {labels}",
                note=f"no {labels}",
                evidence=(Evidence("missing", labels, "", look.sample.place),),
                why=f"Not answered by it: {questions}.",
                help="bring the whole document",
            )
