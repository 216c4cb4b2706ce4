"""What two inputs tell alike: a copy of a log, or a part of it, tells nothing happened twice."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

from memdoctor.model import Event, Problem
from memdoctor.units import count_of


def without_copies(events: Sequence[Event], problems: list[Problem]) -> Iterator[Event]:
    """Yield events; one that another input has told, at the same time of the same process, is left out.

    One input may tell the same several times: as often as the input that tells it most often it counts.
    """
    told: dict[Hashable, Counter[str]] = defaultdict(Counter)
    first: dict[Hashable, str] = {}
    copied: Counter[tuple[str, str]] = Counter()
    for event in events:
        key = _what(event)
        if key is None:
            yield event
            continue
        sources = told[key]
        sources[event.source] += 1
        elsewhere = max((count for name, count in sources.items() if name != event.source), default=0)
        if sources[event.source] > elsewhere:
            first.setdefault(key, event.source)
            yield event
        else:
            copied[event.source, first[key]] += 1
    for (source, other), count in copied.items():
        problems.append(
            Problem(source, f"{count_of(count, 'event')} that {other} tells, too: counted once")
        )


def _what(event: Event) -> Hashable | None:
    """Return what makes two events one, None where nothing tells."""
    if event.at is None or (event.app is None and event.pid is None):
        return None
    detail = repr(sorted(event.detail.items()))
    return event.kind, event.at, event.app, event.pm_id, event.pid, event.count, detail
