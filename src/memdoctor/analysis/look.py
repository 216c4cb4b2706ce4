"""One sample as numbers: what it reported, and what follows from that, each saying which it is."""

from dataclasses import dataclass

from memdoctor.analysis.figure import Figure, unknown
from memdoctor.analysis.runtime import Runtime, detect
from memdoctor.model import Sample
from memdoctor.units import MiB

_REPORTED = {
    "uptime": ("uptime", "seconds"),
    "rss": ("RSS", "bytes"),
    "max_rss": ("maxRSS", "bytes"),
    "heap_used": ("heapUsed", "bytes"),
    "heap_total": ("heapTotal", "bytes"),
    "heap_limit": ("heapSizeLimit", "bytes"),
    "external": ("external", "bytes"),
    "array_buffers": ("arrayBuffers", "bytes"),
    "malloced": ("mallocedMemory", "bytes"),
    "peak_malloced": ("peakMallocedMemory", "bytes"),
    "detached_contexts": ("detachedContexts", "contexts"),
    "native_contexts": ("nativeContexts", "contexts"),
    "smaps_rss": ("smaps Rss", "bytes"),
    "pss": ("smaps Pss", "bytes"),
    "private_dirty": ("smaps Private_Dirty", "bytes"),
    "swap": ("smaps Swap", "bytes"),
    "mimalloc_reserved": ("mimalloc reserved", "bytes"),
    "mimalloc_committed": ("mimalloc committed", "bytes"),
    "cpu_user": ("user CPU", "seconds"),
    "cpu_system": ("system CPU", "seconds"),
    "handles": ("activeHandles", "handles"),
    "requests": ("activeRequests", "requests"),
    "file_descriptors": ("openFileDescriptors", "descriptors"),
    "descriptor_limit": ("descriptor limit", "descriptors"),
    "reported_rate": ("bytesPerSecond", "bytes/s"),
    "reported_rate_per_hour": ("mbPerHour", "MiB/h"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A sample's figures. `uptime` and `rss` fall back on what the reported rate implies."""

    sample: Sample
    runtime: Runtime
    uptime: Figure
    rss: Figure
    max_rss: Figure
    heap_used: Figure
    heap_total: Figure
    heap_limit: Figure
    external: Figure
    array_buffers: Figure
    malloced: Figure
    peak_malloced: Figure
    detached_contexts: Figure
    native_contexts: Figure
    smaps_rss: Figure
    pss: Figure
    private_dirty: Figure
    swap: Figure
    mimalloc_reserved: Figure
    mimalloc_committed: Figure
    cpu_user: Figure
    cpu_system: Figure
    handles: Figure
    requests: Figure
    file_descriptors: Figure
    descriptor_limit: Figure
    reported_rate: Figure
    reported_rate_per_hour: Figure
    rate: Figure  # bytes/s, from whichever of the two was reported
    peak_rss: Figure
    true_max_rss: Figure  # maxRSS in bytes, whatever unit it was written in
    js_heap: Figure
    other_external: Figure
    native: Figure
    not_resident: Figure

    @property
    def max_rss_inflated(self) -> bool:
        """Whether maxRSS is 1024 times too large: bytes that were taken for KiB (macOS)."""
        return self.true_max_rss < self.max_rss

    @property
    def has_fabricated_limit(self) -> bool:
        """Whether the heap limit is Bun's 10 × peak RSS."""
        factor = self.heap_limit / self.peak_malloced
        return self.runtime.is_bun and factor > 9.95 and factor < 10.05

    @property
    def limit_is_machine_memory(self) -> bool:
        """Whether the heap limit is the machine's memory: Bun takes it where 10 × peak is more."""
        return self.runtime.is_bun and self.heap_limit < self.peak_malloced * 9.9


def look_at(sample: Sample) -> Look:
    """Compute the figures of one sample."""
    figures = {name: _reported(sample, name) for name in _REPORTED}
    figures["rate"] = _rate(figures)
    figures["rss"], figures["uptime"] = _implied(figures)
    runtime = detect(sample, figures)
    figures["true_max_rss"] = _true_max_rss(figures, runtime)
    figures["peak_rss"] = _peak_rss(figures, runtime)
    figures["js_heap"] = _js_heap(figures, runtime)
    external, heap_total = figures["external"], figures["heap_total"]
    figures["other_external"] = (external - figures["array_buffers"]).named("other external")
    figures["native"] = _if_positive((figures["rss"] - heap_total - external).named("native rest"))
    accounted = external + heap_total.or_zero()
    figures["not_resident"] = _if_positive((accounted - figures["rss"]).named("not in RAM"))
    return Look(sample=sample, runtime=runtime, **figures)


def _reported(sample: Sample, name: str) -> Figure:
    label, unit = _REPORTED[name]
    value = getattr(sample, name)
    if value is None or value < 0:  # a negative size is no size; `inconsistent-numbers` says so
        return unknown(label, unit)
    return Figure(label, value, unit, sample.places.get(name))


def _rate(figures: dict[str, Figure]) -> Figure:
    per_second, per_hour = figures["reported_rate"], figures["reported_rate_per_hour"]
    if per_second.known or per_hour.value is None:
        return per_second
    return Figure("reported rate", per_hour.value * MiB / 3600, "bytes/s", formula="mbPerHour × MiB ÷ 3600")


def _implied(figures: dict[str, Figure]) -> tuple[Figure, Figure]:
    """Recover a missing RSS or uptime: every known writer reports rate = RSS ÷ uptime."""
    rss, uptime, rate = figures["rss"], figures["uptime"], figures["rate"]
    if rate > 0 and not rss.known and uptime.known:
        implied = (rate * uptime).named("RSS", "bytes")
        rss = Figure("RSS", round(implied.value or 0), "bytes", formula=implied.formula)
    elif rate > 0 and rss.known and not uptime.known:
        uptime = (rss / rate).named("uptime", "seconds")
    return rss, uptime


def _true_max_rss(figures: dict[str, Figure], runtime: Runtime) -> Figure:
    """Correct the unit of maxRSS where another number shows that it is wrong.

    macOS builds of Bun take bytes for KiB and multiply once more; qwen-code passes KiB through
    outside Linux. A peak cannot be a hundred times below, and is not a hundred times above, the RSS.
    """
    max_rss, rss = figures["max_rss"], figures["rss"]
    if not max_rss > 0:
        return unknown("maxRSS")
    times_peak = unknown("") if runtime.is_node else max_rss / figures["peak_malloced"]
    if (times_peak > 1000 and times_peak < 1050) or max_rss > rss * 100:
        return Figure("maxRSS", (max_rss.value or 0) // 1024, "bytes", formula="maxRSS ÷ 1024")
    if max_rss * 100 < rss:
        return (max_rss * 1024).named("maxRSS")
    return max_rss


def _peak_rss(figures: dict[str, Figure], runtime: Runtime) -> Figure:
    """Peak RSS: maxRSS in Node; peakMallocedMemory in Bun, else a tenth of its made-up limit."""
    rss, peak = figures["rss"], figures["peak_malloced"]
    highest = figures["true_max_rss"]
    if not runtime.is_node:
        if peak.known and (runtime.is_bun or peak >= rss):
            return peak.named("peak RSS")
        tenth = Figure(
            "peak RSS",
            (figures["heap_limit"].value or 0) // 10,
            "bytes",
            formula="heapSizeLimit ÷ 10",
        )
        # Below the RSS of the moment it cannot be the peak: then the limit was the machine's memory.
        outgrown = figures["heap_used"] > figures["heap_total"]
        if runtime.is_bun and outgrown and tenth > 0 and not tenth < rss:
            return tenth
    return highest.named("peak RSS")


def _if_positive(figure: Figure) -> Figure:
    """Return a difference of sizes if it is one: a negative rest is no amount of anything."""
    return figure if figure >= 0 else unknown(figure.label)


def _js_heap(figures: dict[str, Figure], runtime: Runtime) -> Figure:
    """Live JavaScript heap, external memory never in it; unknown where the runtime leaves it open."""
    used, external = figures["heap_used"], figures["external"]
    if runtime.is_bun:
        return _if_positive((used - external).named("JS heap"))
    if runtime.is_node or used <= figures["heap_total"]:
        return used.named("JS heap")
    return unknown("JS heap")
