"""One sample as numbers: what it reported, and what follows from that, each saying which it is."""

from functools import cached_property
from typing import Self, overload

from memdoctor.analysis.figure import Figure, unknown
from memdoctor.analysis.runtime import Runtime, detect
from memdoctor.model import RECORDING, TRACE_GC, Sample
from memdoctor.units import MiB

_SIGNED = frozenset({"reported_rate", "reported_rate_per_hour"})


class Reported:
    """A figure that stands in the sample under the attribute's own name; `about` is its documentation."""

    def __init__(self, label: str, about: str, *, unit: str = "bytes") -> None:
        self.__doc__ = f"{label}: {about}."
        self._label = label
        self._unit = unit
        self._field = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._field = name

    @overload
    def __get__(self, look: None, owner: type) -> Self: ...

    @overload
    def __get__(self, look: "Look", owner: type) -> Figure: ...

    def __get__(self, look: "Look | None", owner: type) -> Figure | Self:
        if look is None:  # asked of the class, as help() does
            return self
        figure = reported(look.sample, self._field, self._label, self._unit)
        look.__dict__[self._field] = figure  # found there from now on
        return figure


def reported(sample: Sample, field: str, label: str, unit: str = "bytes") -> Figure:
    """Return what a sample reports in a field. A negative size is no size: a rule speaks of it."""
    value = getattr(sample, field)
    if value is None or (value < 0 and field not in _SIGNED):
        return unknown(label, unit)
    return Figure(label, value, unit, sample.places.get(field))


class Look:
    """One sample as figures, each computed when it is first asked for.

    A figure has `value`, None where it is unknown, `unit`, `label`, and where it was read or how it was
    derived. Sizes are bytes, times seconds. `sample` is what was read. docs/attributes.md lists them all.
    """

    heap_used = Reported("heapUsed", "V8's heap in use; of Bun with all that is outside of it")
    heap_total = Reported("heapTotal", "the heap as committed")
    heap_limit = Reported(
        "heapSizeLimit", "the limit of the heap as reported, also where a runtime has made it up"
    )
    requested_heap_limit = Reported(
        "--max-old-space-size", "what `NODE_OPTIONS` or the command line asks for"
    )
    external = Reported("external", "outside the heap, kept by objects in it")
    array_buffers = Reported("arrayBuffers", "the part of external in array buffers")
    malloced = Reported("mallocedMemory", "memory of V8's zones")
    peak_malloced = Reported("peakMallocedMemory", "the most of that; of Bun the peak RSS")
    max_rss = Reported(
        "maxRSS",
        "the most that was resident, in the unit that the document claims: `true_max_rss` is right",
    )
    detached_contexts = Reported(
        "detachedContexts", "contexts that were left and are still held", unit="contexts"
    )
    native_contexts = Reported("nativeContexts", "contexts that there are", unit="contexts")
    smaps_rss = Reported("smaps Rss", "RSS, as the kernel sums it up")
    pss = Reported("smaps Pss", "RSS with shared pages divided by who shares them")
    uss = Reported("USS", "what is of this process alone")
    private_dirty = Reported("smaps Private_Dirty", "pages that are of this process alone, and changed")
    swap = Reported("smaps Swap", "swapped out")
    mimalloc_reserved = Reported("mimalloc reserved", "addresses that the allocator of Bun has reserved")
    mimalloc_committed = Reported("mimalloc committed", "the part of them that it has committed")
    cpu_user = Reported("user CPU", "in the program, since the start", unit="seconds")
    cpu_system = Reported("system CPU", "in the kernel, since the start", unit="seconds")
    cpu_seconds = Reported("CPU time", "both together, where they are not told apart", unit="seconds")
    memory_left = Reported("memory left", "of the control group or of the machine, whichever is less")
    threads = Reported("threads", "of the process", unit="threads")
    processes = Reported("processes", "the process and what it started", unit="processes")
    handles = Reported("activeHandles", "of the event loop", unit="handles")
    requests = Reported("activeRequests", "of the event loop", unit="requests")
    file_descriptors = Reported("openFileDescriptors", "that are open", unit="descriptors")
    descriptor_limit = Reported("descriptor limit", "how many may be", unit="descriptors")
    reported_rate = Reported(
        "bytesPerSecond",
        "the growth rate that a document claims: an average since the start",
        unit="bytes/s",
    )
    reported_rate_per_hour = Reported("mbPerHour", "the same, as `mbPerHour`", unit="MiB/h")

    def __init__(self, sample: Sample, runtime: Runtime | None = None) -> None:
        """Look at a sample; `runtime` is given where other samples of its process tell it."""
        self.sample = sample
        if runtime is not None:
            self.__dict__["runtime"] = runtime

    @property
    def is_dump(self) -> bool:
        """Whether it is a document about a process: PM2, traces and recordings show less, over and over."""
        return self.sample.worker is None and self.sample.document not in {TRACE_GC, RECORDING}

    @cached_property
    def runtime(self) -> Runtime:
        """Which runtime wrote the sample (`name`: bun, node or None), and what tells it (`evidence`)."""
        return detect(self)

    @cached_property
    def rate(self) -> Figure:
        """The reported rate in bytes per second, from whichever of the two was reported."""
        if self.reported_rate.known or self.reported_rate_per_hour.value is None:
            return self.reported_rate
        per_second = self.reported_rate_per_hour.value * MiB / 3600
        return Figure("reported rate", per_second, "bytes/s", formula="mbPerHour × MiB ÷ 3600")

    @cached_property
    def rss(self) -> Figure:
        """RSS; where it is missing, what the rate implies: every known writer has rate = RSS ÷ uptime."""
        rss = reported(self.sample, "rss", "RSS")
        if rss.known or not self.rate > 0:
            return rss
        implied = self.rate * reported(self.sample, "uptime", "uptime", "seconds")
        whole = None if implied.value is None else round(implied.value)
        return Figure("RSS", whole, "bytes", formula=implied.formula)

    @cached_property
    def uptime(self) -> Figure:
        """Seconds since the start; where it is missing, what the rate implies."""
        uptime = reported(self.sample, "uptime", "uptime", "seconds")
        if uptime.known or not self.rate > 0:
            return uptime
        return (reported(self.sample, "rss", "RSS") / self.rate).named("uptime", "seconds")

    @cached_property
    def true_max_rss(self) -> Figure:
        """The maximum RSS in bytes, its unit corrected where another number shows that it is wrong.

        macOS builds of Bun take bytes for KiB and multiply once more; qwen-code passes KiB through
        outside Linux. A peak is neither a hundred times below nor a hundred times above the RSS.
        """
        if not self.max_rss > 0:
            return unknown("maxRSS")
        times_peak = unknown("") if self.runtime.is_node else self.max_rss / self.peak_malloced
        possible = not self.max_rss < self.rss * 1024 * 0.9  # a peak below the RSS is none
        if (times_peak > 1000 and times_peak < 1050) or (self.max_rss > self.rss * 100 and possible):
            return Figure("maxRSS", (self.max_rss.value or 0) // 1024, "bytes", formula="maxRSS ÷ 1024")
        if self.max_rss * 100 < self.rss:
            return (self.max_rss * 1024).named("maxRSS", "bytes")
        return self.max_rss

    @property
    def max_rss_inflated(self) -> bool:
        """Whether maxRSS is 1024 times too large: bytes that were taken for KiB (macOS)."""
        return self.true_max_rss < self.max_rss

    @cached_property
    def peak_rss(self) -> Figure:
        """Peak RSS: peakMallocedMemory in Bun, else a tenth of its made-up limit, else maxRSS."""
        if not self.runtime.is_node:
            # On macOS Bun 1.4 reports the footprint as RSS, which its peak knows nothing of.
            is_peak = self.peak_malloced > 0 and not self.peak_malloced < self.rss * 0.9
            if is_peak and (self.runtime.is_bun or self.peak_malloced >= self.rss):
                return self.peak_malloced.named("peak RSS")
            tenth = (self.heap_limit.value or 0) // 10
            # Below the RSS of the moment it is no peak: then the limit was the machine's memory.
            as_bun_writes = self.runtime.is_bun and self.heap_used > self.heap_total
            missing = not self.peak_malloced.known
            if as_bun_writes and missing and tenth and not self.rss > tenth:
                return Figure("peak RSS", tenth, "bytes", formula="heapSizeLimit ÷ 10")
        return self.true_max_rss.named("peak RSS")

    @cached_property
    def js_heap(self) -> Figure:
        """Live JavaScript heap, external memory never in it; unknown where the runtime leaves it open."""
        if self.runtime.is_bun:
            return (self.heap_used - self.external).named("JS heap").if_positive()
        if self.runtime.is_node or self.heap_used <= self.heap_total:
            return self.heap_used.named("JS heap")
        return unknown("JS heap")

    @cached_property
    def other_external(self) -> Figure:
        """External memory outside array buffers."""
        return (self.external - self.array_buffers).named("other external")

    @cached_property
    def native(self) -> Figure:
        """What of the RSS is neither heap nor external memory; unknown where those are not in RAM."""
        return (self.rss - self.heap_total - self.external).named("native rest").if_positive()

    @cached_property
    def accounted(self) -> Figure:
        """Heap and external memory together; a missing heapTotal counts as nothing."""
        return self.external + self.heap_total.or_zero()

    @cached_property
    def not_resident(self) -> Figure:
        """How much of what is accounted for is not in RAM now."""
        return (self.accounted - self.rss).named("not in RAM").if_positive()

    @cached_property
    def cpu(self) -> Figure:
        """CPU time since the start; a missing part counts as nothing."""
        if self.cpu_seconds.known:
            return self.cpu_seconds
        return (self.cpu_user + self.cpu_system.or_zero()).named("CPU time")

    @property
    def external_exceeds_ram(self) -> bool:
        """Whether clearly more is accounted for than is in RAM."""
        return self.external > 256 * MiB and self.accounted > self.rss * 1.25

    @property
    def mostly_buffers(self) -> bool:
        """Whether large array buffers make up the external memory, or all that is reported of it."""
        share = self.array_buffers >= self.external * 0.8
        return self.array_buffers >= 512 * MiB and (share or not self.external.known)

    @cached_property
    def limit_per_peak(self) -> Figure:
        """Bun's heap limit as a multiple of its peak RSS: made up, it is 10."""
        if not self.runtime.is_bun or not self.heap_limit > 0:
            return unknown("factor", "ratio")
        return (self.heap_limit / self.peak_malloced).named("factor", "ratio")

    @property
    def has_fabricated_limit(self) -> bool:
        """Whether the heap limit is Bun's 10 × peak RSS."""
        return self.limit_per_peak > 9.95 and self.limit_per_peak < 10.05

    @property
    def limit_is_machine_memory(self) -> bool:
        """Whether the heap limit is the machine's memory: Bun takes it where 10 × peak is more."""
        return self.limit_per_peak < 9.9
