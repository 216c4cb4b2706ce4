"""The names of budgets: what each measures, in which unit, and which looks can hold the number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SAMPLES, GROWTH, HEAP, MACHINE, WORKERS = "samples", "growth", "heap", "machine", "workers"


@dataclass(frozen=True, slots=True)
class Named:
    """What a name of a budget measures: in words, its unit, and which looks can hold the number.

    `get` says how to get the number where a case does not hold it, `caution` what the number is not.
    """

    words: str
    unit: str  # bytes, share, bytes/h, or what is counted
    rooms: tuple[str, ...]
    get: str = "a dump of the process has it: process.memoryUsage(), or memdoctor watch PID"
    caution: str = ""

    @property
    def is_rate(self) -> bool:
        """Whether it is growth in an hour."""
        return self.unit.endswith("/h")


_WATCH = "several looks at one process have it: memdoctor watch PID --for 10m, or dumps minutes apart"
_SNAPSHOT = "a heap snapshot has it: memdoctor capture PID"
_LISTING = "a listing of processes has it: memdoctor ps"
_PM2 = "PM2 has it: memdoctor pm2"
_COMMITTED = (
    "It is no nearness to a limit: V8 commits little more than it needs, so that a healthy heap "
    "has 80 to 95 % of it in use. heap_of_limit is what nears a limit."
)
_EVERYWHERE = (SAMPLES, MACHINE)


def _of_memory() -> Iterator[tuple[str, Named]]:
    yield "rss", Named("the RSS", "bytes", _EVERYWHERE)
    yield "pss", Named("the PSS", "bytes", _EVERYWHERE)
    yield "uss", Named("the USS", "bytes", _EVERYWHERE)
    yield "swap", Named("its swap", "bytes", _EVERYWHERE)
    yield "js_heap", Named("the JS heap", "bytes", (SAMPLES, HEAP))
    yield "heap_used", Named("heapUsed", "bytes", (SAMPLES,))
    yield "heap_total", Named("heapTotal", "bytes", (SAMPLES,))
    yield "external", Named("external memory", "bytes", (SAMPLES,))
    yield "array_buffers", Named("memory of array buffers", "bytes", (SAMPLES,))
    yield "native", Named("the native rest", "bytes", (SAMPLES,))
    limited = "the limit is known where --max-old-space-size is set, or v8.getHeapStatistics() was written"
    yield "heap_of_limit", Named("used ÷ limit of the heap", "share", (SAMPLES,), limited)
    yield "heap_usage", Named("used ÷ committed of the heap", "share", (SAMPLES,), caution=_COMMITTED)


def _of_counts() -> Iterator[tuple[str, Named]]:
    yield "handles", Named("active handles", "handles", (SAMPLES,))
    yield "descriptors", Named("open file descriptors", "descriptors", (SAMPLES,))
    yield "threads", Named("threads", "threads", _EVERYWHERE)
    yield "detached_contexts", Named("detached contexts", "contexts", (SAMPLES,))
    yield "processes", Named("processes", "processes", _EVERYWHERE, _LISTING)
    yield "total_memory", Named("memory of all processes", "bytes", (MACHINE,), _LISTING)
    yield "orphans", Named("orphans", "processes", (MACHINE,), _LISTING)
    yield "orphan_memory", Named("memory of orphans", "bytes", (MACHINE,), _LISTING)
    yield "zombies", Named("zombies", "processes", (MACHINE,), _LISTING)
    yield "restarts", Named("restarts", "restarts", (WORKERS,), _PM2)
    yield "listeners", Named("listeners on one event", "listeners", (HEAP,), _SNAPSHOT)


def _of_growth() -> Iterator[tuple[str, Named]]:
    yield "growth", Named("growth", "bytes/h", (GROWTH, HEAP), _WATCH)
    for metric, words in (
        ("js_heap", "growth of the JS heap"),
        ("external", "growth of external memory"),
        ("array_buffers", "growth of array buffers"),
        ("rss", "growth of the RSS"),
    ):
        rooms = (GROWTH, HEAP) if metric == "js_heap" else (GROWTH,)
        yield f"{metric}_growth", Named(words, "bytes/h", rooms, _WATCH)
    yield "handles_growth", Named("growth of active handles", "count/h", (GROWTH,), _WATCH)
    yield "descriptors_growth", Named("growth of open file descriptors", "count/h", (GROWTH,), _WATCH)
    yield "threads_growth", Named("growth of threads", "count/h", (GROWTH,), _WATCH)


NAMES: Mapping[str, Named] = dict([*_of_memory(), *_of_counts(), *_of_growth()])
# Names that take another one: entries:Cache.items, count:Session, retained:Session.
WITH_TARGET: Mapping[str, Named] = {
    "entries": Named("entries of {}", "entries", (HEAP,), _SNAPSHOT),
    "count": Named("objects of class {}", "objects", (HEAP,), _SNAPSHOT),
    "retained": Named("memory that {} retains", "bytes", (HEAP,), _SNAPSHOT),
}
ALSO = {
    "heap": "js_heap",
    "arraybuffers": "array_buffers",
    "buffers": "array_buffers",
    "file_descriptors": "descriptors",
    "fds": "descriptors",
    "memory": "total_memory",
    "heap_growth": "js_heap_growth",
}
