"""Keep a long series in bounded memory: every sample, then every second, every fourth, …"""

from collections.abc import Iterable, Iterator

from memdoctor.model import Problem, Sample

MOST_SAMPLES = 2_000  # of one input


def thinned(records: Iterable[Sample | Problem], source: str) -> Iterator[Sample | Problem]:
    """Yield records with at most MOST_SAMPLES evenly chosen samples, the last always among them.

    What was left out is a problem of its own.
    """
    kept: list[Sample] = []
    step, count = 1, 0
    last: Sample | None = None
    for record in records:
        if isinstance(record, Problem):
            yield record
            continue
        if count % step == 0:
            kept.append(record)
            if len(kept) > MOST_SAMPLES:
                kept, step = kept[::2], step * 2
        last, count = record, count + 1
    if last is not None and kept[-1] is not last:
        kept.append(last)
    yield from kept
    if step > 1:
        message = f"{count} samples: every {step}th and the last were kept".replace("2th", "2nd")
        yield Problem(source, message)
