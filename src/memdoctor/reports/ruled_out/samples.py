"""What the figures of samples rule out: a rule has only looked where it has the figures that it needs."""

from collections.abc import Sequence
from functools import partial

from memdoctor.findings import Evidence, Report, SampleOverview
from memdoctor.reports import layout
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.units import grouped

# The figures without which a rule cannot speak.
_FIGURES: dict[str, tuple[str, ...]] = {
    "external-not-resident": ("external_bytes", "rss_bytes", "heap_total_bytes"),
    "external-resident": ("external_bytes", "rss_bytes"),
    "buffer-dominated": ("array_buffers_bytes", "external_bytes"),
    "native-resident": ("native_bytes", "rss_bytes"),
    "js-heap-large": ("js_heap_bytes",),
    "swapped-out": ("swap_bytes",),
    "many-descriptors": ("file_descriptors",),
    "busy-process": ("cpu_seconds", "uptime_seconds"),
}


def _by_figures(keys: Sequence[str], report: Report) -> Verdict | None:
    """Decide by the figures of the samples; told are those of the one whose first figure is the largest."""
    samples = report.overview.samples
    if not samples:
        return None
    known = [one for one in samples if all(_number(one.figures[key]) is not None for key in keys)]
    if not known:
        missing = [one for one in keys if all(_number(sample.figures[one]) is None for sample in samples)]
        labels = ", ".join(samples[0].figures[key].label for key in missing or keys)
        return not_decided(f"unknown: {labels}", None)
    most = max(known, key=lambda one: _number(one.figures[keys[0]]) or 0)
    figures = [most.figures[key] for key in keys]
    words = ", ".join(f"{one.label} {layout.shown(one)}" for one in figures)
    return decided(f"{words}{_of_several(known, samples)}", _pointer(figures, most))


def _of_several(known: Sequence[SampleOverview], samples: Sequence[SampleOverview]) -> str:
    if len(samples) == 1:
        return ""
    every = grouped(len(samples))
    of = f"{grouped(len(known))} of {every}" if len(known) < len(samples) else every
    return f" (the most in {of} samples)"


def _pointer(figures: Sequence[Evidence], sample: SampleOverview) -> str:
    return next((one.pointer for one in figures if one.pointer), sample.place)


def _number(figure: Evidence) -> float | None:
    return figure.value if isinstance(figure.value, int | float) else None


JUDGES: dict[str, Judge] = {rule: partial(_by_figures, keys) for rule, keys in _FIGURES.items()}
