"""Which daemon of PM2 a look is at, where a case has looks at several."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import App, Problem
from memdoctor.units import count_of


def kept_apart(workers: Sequence[Worker]) -> Iterator[Problem]:
    """Yield each daemon that has workers of the same name and number as another one: none is joined."""
    alike: dict[tuple[str | None, int | None], dict[str, App]] = defaultdict(dict)
    for worker in workers:
        for look in worker.looks:
            if look.home is not None:
                alike[worker.app, worker.pm_id].setdefault(look.home, look)
    firsts: dict[str, App] = {}
    counts: dict[str, int] = defaultdict(int)
    for by_home in alike.values():
        for home, look in by_home.items() if len(by_home) > 1 else ():
            firsts.setdefault(home, look)
            counts[home] += 1
    for home, look in firsts.items():
        count = count_of(counts[home], "worker")
        words = f"PM2's daemon of {home}: {count} named as another daemon's, judged apart"
        yield Problem(look.source, words, place=look.places.get("home", look.place))
