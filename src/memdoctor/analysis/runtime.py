"""Which runtime wrote a sample, and by what evidence.

`nodeVersion` decides nothing: Bun reports the Node version it is compatible with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memdoctor.findings import Evidence
from memdoctor.model import Sample

if TYPE_CHECKING:
    from memdoctor.analysis.look import Look

BUN = "bun"
NODE = "node"

# Node versions that Bun claims: v24.3.0 from 1.2.18 to 1.3.14, v26.3.0 from 1.4 on (measured).
_FIRST_COMPATIBLE_MAJOR_OF_BUN_1_4 = 26


@dataclass(frozen=True, slots=True)
class Runtime:
    """A runtime's name (`bun`, `node`, or None where it cannot be told) and what tells it."""

    name: str | None
    evidence: tuple[Evidence, ...] = ()
    bun_before_1_4: bool = False

    @property
    def is_bun(self) -> bool:
        """Whether the numbers follow JavaScriptCore's meaning."""
        return self.name == BUN

    @property
    def is_node(self) -> bool:
        """Whether the numbers are proven to follow V8's meaning."""
        return self.name == NODE


def detect(look: "Look") -> Runtime:
    """Tell the runtime: first by what only one of them writes, then by what only one of them computes."""
    sample = look.sample
    for runtime, witnesses in (
        (BUN, list(_marks(sample, BUN))),
        (NODE, [*_marks(sample, NODE), *_spaces(sample)]),
        (BUN, list(_bun_numbers(look))),
        (NODE, list(_v8_numbers(look))),
    ):
        if witnesses:
            return Runtime(runtime, tuple(witnesses), runtime == BUN and _before_1_4(sample))
    return Runtime(None)


def _marks(sample: Sample, runtime: str) -> Iterator[Evidence]:
    for mark in sample.marks:
        if mark.runtime == runtime:
            yield Evidence(mark.reason, "present", "", mark.place)


def _spaces(sample: Sample) -> Iterator[Evidence]:
    # Bun 1.4 lists V8's space names too, but fills old_space alone.
    filled = [space.name for space in sample.spaces if space.used]
    if len(filled) > 1:
        yield Evidence("heap spaces in use", len(filled), "spaces", sample.places.get("spaces"))


def _bun_numbers(look: "Look") -> Iterator[Evidence]:
    ratio = look.heap_used / look.heap_total
    if ratio > 1.02:
        yield ratio.named("at most 1 under V8", "ratio")
    limit, peak = look.heap_limit, look.peak_malloced
    if limit.value and peak.value and limit.value == 10 * peak.value:
        yield (limit / peak).named("exactly 10 under Bun", "ratio")


def _v8_numbers(look: "Look") -> Iterator[Evidence]:
    # Bun's limit is min(10 × peak RSS, machine memory), and its peakMallocedMemory is the peak RSS.
    limit, peak, rss = look.heap_limit, look.peak_malloced, look.rss
    if peak > 0 and limit > peak * 10.5:
        yield (limit / peak).named("at most 10 under Bun", "ratio")
    if peak < rss * 0.9:
        yield (peak / rss).named("at least 1 under Bun", "ratio")
    if look.detached_contexts > 0:
        yield look.detached_contexts


def _before_1_4(sample: Sample) -> bool:
    """Whether a Bun is older than 1.4; an unknown version counts as older."""
    if sample.bun_version is not None:
        return _leading_numbers(sample.bun_version) < (1, 4)
    if sample.node_version is not None:
        return _leading_numbers(sample.node_version) < (_FIRST_COMPATIBLE_MAJOR_OF_BUN_1_4,)
    return True


def _leading_numbers(version: str) -> tuple[int, ...]:
    numbers = []
    for part in version.removeprefix("v").split("."):
        if not (part.isascii() and part.isdigit() and len(part) < 9):
            break
        numbers.append(int(part))
    return tuple(numbers)
