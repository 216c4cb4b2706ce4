"""What one log tells twice, as one that was joined with itself, or with a copy of its begin, does."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator

from memdoctor.readers.parts.logs.kept import Draft, is_earlier
from memdoctor.readers.parts.logs.pm2_lines import KINDS as OF_PM2
from memdoctor.readers.parts.logs.stamps import Stamp

_LEAST_SHARE = 0.9  # of what is told after a jump back in time; fewer equal ones are none of a copy
_Pair = tuple[Draft, Draft | None]  # an event, and the equal one that was told before


def without_repeats(drafts: list[Draft]) -> tuple[list[Draft], int]:
    """Return events without those that the same log has told already, and how many these were.

    Where the time jumps back, what follows up to the latest second before is a copy if nearly all of it was
    told already: in the same second, of the same app or process, in the same words. One second may tell the
    same several times: it counts as often as in the copy that has it most often.
    """
    told: dict[Hashable, list[Draft]] = defaultdict(list)
    copies: set[int] = set()
    latest: Stamp | None = None
    for run in _runs(drafts):
        pairs = _paired(run, told)
        if _is_copy(pairs, latest):
            copies |= {id(draft) for draft, known in pairs if known is not None}
            _longest_counts(pairs)
        for draft in run:
            last = draft.last_stamp or draft.stamp
            latest = latest if is_earlier(last, latest) else last
            if id(draft) not in copies:
                told[_what(draft)].append(draft)
    return [draft for draft in drafts if id(draft) not in copies], len(copies)


def joined(drafts: list[Draft]) -> list[Draft]:
    """Return events; those that were kept apart, because a copy might have begun there, are one again."""
    apart: list[Draft] = []
    for draft in drafts:
        if draft.is_back and apart and apart[-1].takes(draft):
            apart[-1].join(draft)
        else:
            apart.append(draft)
    return apart


def _runs(drafts: list[Draft]) -> Iterator[list[Draft]]:
    """Yield events that have a time and name whose they are, in runs between which the time jumps back."""
    run: list[Draft] = []
    for draft in drafts:
        names_one = draft.app is not None or draft.pid is not None or draft.kind in OF_PM2
        if draft.stamp is None or not names_one:
            continue
        if run and is_earlier(draft.stamp, run[-1].last_stamp or run[-1].stamp):
            yield run
            run = []
        run.append(draft)
    yield run


def _paired(run: list[Draft], told: dict[Hashable, list[Draft]]) -> list[_Pair]:
    seen: Counter[Hashable] = Counter()
    pairs: list[_Pair] = []
    for draft in run:
        key = _what(draft)
        known = told.get(key, [])
        pairs.append((draft, known[seen[key]] if seen[key] < len(known) else None))
        seen[key] += 1
    return pairs


def _is_copy(pairs: list[_Pair], latest: Stamp | None) -> bool:
    """Whether nearly all of a run, up to the latest second before it, was told already.

    That second itself may have been cut.
    """
    within = [known for draft, known in pairs if is_earlier(draft.stamp, latest)]
    number = sum(known is not None for known in within)
    return number > 0 and number >= _LEAST_SHARE * len(within)


def _longest_counts(pairs: list[_Pair]) -> None:
    for draft, known in pairs:
        if known is not None and draft.count > known.count:
            known.count, known.last_line, known.last_stamp = draft.count, draft.last_line, draft.last_stamp


def _what(draft: Draft) -> Hashable:
    """Return what makes two events one."""
    stamp = draft.stamp
    second = None if stamp is None else (stamp.wall.replace(microsecond=0), stamp.offset)
    return draft.kind, second, draft.app, draft.pm_id, draft.pid, repr(sorted(draft.detail.items()))
