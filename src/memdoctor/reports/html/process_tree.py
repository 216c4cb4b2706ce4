"""Processes in the order of their tree: what each has with all that it started, and which are shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from memdoctor.findings import ProcessOverview
from memdoctor.reports.html.tree import Branch
from memdoctor.units import count_of, size

MOST_APART, MOST_GROUPS = 500, 200  # boxes of one process, and of what has none, by program
WRONG = "wrong"
_NAMED = 3  # reasons why something is wrong with a process


@dataclass(slots=True)
class _Group:
    """Processes of one program below one process, and all that they started, in one box."""

    above: int | None
    program: str
    tops: int = 0
    members: int = 0
    memory: int = 0
    wrong: int = 0


class ProcessTree:
    """Rows in which each process stands below the one that started it, one deeper."""

    def __init__(self, rows: Sequence[ProcessOverview]) -> None:
        self.rows = rows
        self._totals = [one.memory or 0 for one in rows]
        self._parents: list[int | None] = []
        way: list[int] = []
        for index, one in enumerate(rows):
            del way[one.depth :]
            self._parents.append(way[-1] if way else None)
            way.append(index)
        for index in range(len(rows) - 1, -1, -1):
            above = self._parents[index]
            if above is not None:
                self._totals[above] += self._totals[index]

    def telling(self, most: int) -> set[int]:
        """Return about so many rows: those that something is wrong with, then the largest trees.

        What stands above one of them is among them.
        """
        order = sorted(
            range(len(self.rows)), key=lambda index: (not _is_wrong(self.rows[index]), -self._totals[index])
        )
        return self._with_those_above(order, most)

    def branches(
        self, measure: str, apart: int = MOST_APART, groups: int = MOST_GROUPS
    ) -> Iterator[Branch]:
        """Yield a box for the machine, for each of the largest trees, and for the others by program.

        At most `apart` trees and `groups` programs have one; the others are counted in what is left.
        """
        largest = sorted(range(len(self.rows)), key=lambda index: -self._totals[index])
        shown = self._with_those_above((index for index in largest if self._totals[index]), apart)
        others = sorted(self._groups(shown), key=lambda one: -one.memory)
        boxed = [one for one in others[:groups] if one.memory]
        left: Counter[int | None] = Counter()
        for one in others[len(boxed) :]:
            left[one.above] += one.members
        whole = sum(one.memory or 0 for one in self.rows)
        yield Branch("all processes", whole, 0, None, measure, "rest", _counted(left[None]))
        numbers: dict[int | None, int] = {None: 0}
        for index in sorted(shown):
            numbers[index] = len(numbers)
            yield self._box(index, numbers[self._parents[index]], left[index])
        for one in boxed:
            yield _grouped(one, numbers[one.above])

    def _with_those_above(self, order: Iterable[int], most: int) -> set[int]:
        shown: set[int] = set()
        for index in order:
            if len(shown) >= most:
                break
            at: int | None = index
            while at is not None and at not in shown:
                shown.add(at)
                at = self._parents[at]
        return shown

    def _groups(self, shown: Collection[int]) -> Iterable[_Group]:
        """Return what is not shown by itself, by program and by what of the shown it stands below."""
        groups: dict[tuple[int | None, str], _Group] = {}
        group_of: dict[int, _Group] = {}
        for index, one in enumerate(self.rows):
            if index in shown:
                continue
            above = self._parents[index]
            group = None if above is None else group_of.get(above)
            if group is None:
                group = groups.setdefault((above, one.program), _Group(above, one.program))
                group.tops += 1
            group.members += 1
            group.memory += one.memory or 0
            group.wrong += _is_wrong(one)
            group_of[index] = group
        return groups.values()

    def _box(self, index: int, parent: int, left: int) -> Branch:
        one = self.rows[index]
        own = "unknown" if one.memory is None else size(one.memory)
        about = [f"itself {own}", *([f"{one.kind}, {one.confidence}"] if one.kind else ())]
        return Branch(
            f"{one.program} ({one.pid})",
            self._totals[index],
            one.memory or 0,
            parent,
            ", ".join((*about, *one.reasons[:_NAMED])),
            WRONG if _is_wrong(one) else "tree-a",
            _counted(left),
        )


def _is_wrong(one: ProcessOverview) -> bool:
    return one.kind is not None


def _counted(left: int) -> str:
    return count_of(left, "process", "processes") if left else ""


def _grouped(group: _Group, parent: int) -> Branch:
    started = group.members - group.tops
    also = f", with {count_of(started, 'process', 'processes')} that they started" if started else ""
    wrong = f", something is wrong with {group.wrong} of them" if group.wrong else ""
    return Branch(
        f"{group.program}: {count_of(group.tops, 'process', 'processes')}",
        group.memory,
        group.memory,
        parent,
        f"too small to be shown apart{also}{wrong}",
        WRONG if group.wrong else "tree-b",
    )
