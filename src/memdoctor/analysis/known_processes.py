"""Which sampled process of an earlier report is which of this case."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from memdoctor.baselines import Baseline, KnownSampled
from memdoctor.baselines.names import is_same, stable
from memdoctor.baselines.pairing import Item, paired
from memdoctor.text import file_name

if TYPE_CHECKING:
    from memdoctor.analysis.sampled import SampledProcess


def known_processes(
    processes: "Sequence[SampledProcess]", workers: Mapping[str, str], baseline: Baseline
) -> list[tuple[str, KnownSampled]]:
    """Return what the baseline has of each process of a case, by the process's name."""
    names = [(_name_of(known, baseline), known) for known in baseline.sampled]
    groups: dict[str, list[SampledProcess]] = defaultdict(list)
    for process in processes:
        groups[_called(process, workers)].append(process)
    found: list[tuple[str, KnownSampled]] = []
    for called, members in groups.items():
        alike = [known for name, known in names if is_same(called, name)]
        pairs, _ = paired(
            [Item(file_name(one.looks[-1].sample.source), _rss_of(one), one) for one in members],
            [Item(file_name(known.source), _known_rss(known), known) for known in alike],
        )
        found += [(process.name, known) for process, known in pairs if known is not None]
    return found


def _called(process: "SampledProcess", workers: Mapping[str, str]) -> str:
    return workers.get(process.name) or stable(process.name, [look.sample.source for look in process.looks])


def _name_of(known: KnownSampled, baseline: Baseline) -> str:
    return known.worker or stable(known.process, [known.source, *baseline.sources])


def _rss_of(process: "SampledProcess") -> float:
    return float(process.looks[-1].rss.value or 0)


def _known_rss(known: KnownSampled) -> float:
    if known.samples and (rss := known.samples[-1].figures.get("rss_bytes")) is not None:
        return rss.value
    level = known.levels.get("rss_bytes")
    return 0.0 if level is None else level.end.value
