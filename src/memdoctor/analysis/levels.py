"""How much a sampled process has over all its looks: usually, at its highest but for a few, and at the end.

Reports are compared by these. Each is the number of one look: the median; the number that at most a tenth
of the looks exceed; the lowest of the last three, for a heap holds garbage between collections.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memdoctor.analysis.figure import Figure
from memdoctor.overviews import LevelsOverview
from memdoctor.telling_looks import telling

if TYPE_CHECKING:
    from memdoctor.analysis.look import Look
    from memdoctor.analysis.sampled import SampledProcess

# JSON name → the figure of a look.
FIGURES = {
    "rss_bytes": "rss",
    "js_heap_bytes": "js_heap",
    "external_bytes": "external",
    "heap_used_bytes": "heap_used",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One figure over so many looks that know it."""

    looks: int
    median: Figure
    high: Figure
    end: Figure

    def numbers(self) -> dict[str, int | float | None]:
        """Return its numbers by their JSON names."""
        derived = self.median.derived
        values = {name: getattr(self, name).value for name in ("median", "high", "end")}
        return {"looks": self.looks, **values, "derived": derived}


def level_of(looks: "Sequence[Look]", key: str) -> Level | None:
    """Return the level of a figure; of fewer than three looks each number is the last one's."""
    known = [figure for look in looks if (figure := getattr(look, FIGURES[key])).known]
    if not known:
        return None
    return Level(len(known), *telling(known, lambda figure: figure.value or 0))


def levels(processes: "Sequence[SampledProcess]", workers: Mapping[str, str]) -> Iterator[LevelsOverview]:
    """Yield the levels of each process; `workers` are their workers by process."""
    for process in processes:
        found = {key: level_of(process.looks, key) for key in FIGURES}
        figures = {key: level.numbers() for key, level in found.items() if level is not None}
        source = process.looks[-1].sample.source
        yield LevelsOverview(source, process.name, workers.get(process.name), figures)
