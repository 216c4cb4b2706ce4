"""Trees as plots to click through: parts of parts, where what is not shown apart is shown as a rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from memdoctor.reports.html.plot import Plot, color, plain
from memdoctor.units import size


@dataclass(frozen=True, slots=True)
class Branch:
    """One box: its name, its bytes with all below it, its own among them, and the number of its parent.

    `left` is how much of what is below it has no box, where that is known.
    """

    name: str
    total: int
    own: int
    parent: int | None
    hover: str
    shade: str
    left: str = ""


def tree(title: str, branches: Sequence[Branch]) -> Plot:
    """Return a tree as an icicle; the boxes below one always sum up to it."""
    boxes = [*enumerate(branches), *_rests(branches)]
    whole = branches[0].total or 1
    trace: dict[str, Any] = {
        "type": "icicle",
        "branchvalues": "total",
        "ids": [f"n{number}" for number, _ in boxes],
        "parents": ["" if one.parent is None else f"n{one.parent}" for _, one in boxes],
        "labels": [plain(one.name) for _, one in boxes],
        "values": [one.total for _, one in boxes],
        "text": [size(one.total) for _, one in boxes],
        "textinfo": "label+text",
        "hovertext": [
            plain(f"{one.name}\n{size(one.total)}, {100 * one.total / whole:.3g} % of all\n{one.hover}")
            .strip()
            .replace("\n", "<br>")
            for _, one in boxes
        ],
        "customdata": [one.name for _, one in boxes],
        "hoverinfo": "text",
        "marker": {"colors": [color(one.shade) for _, one in boxes], "line": {"color": color("page")}},
        "tiling": {"orientation": "v"},
        "maxdepth": 6,
        "pathbar": {"visible": False},
        "sort": True,
    }
    return Plot(title, [trace], {"margin": {"l": 4, "r": 4, "t": 4, "b": 4}}, height=460, is_tree=True)


def _rests(branches: Sequence[Branch]) -> list[tuple[int, Branch]]:
    """Return for each branch with something below it what of it stands in none of those."""
    below: dict[int, int] = {}
    for one in branches:
        if one.parent is not None:
            below[one.parent] = below.get(one.parent, 0) + one.total
    rests: list[tuple[int, Branch]] = []
    for number, shown in below.items():
        whole = branches[number]
        rest = whole.total - shown
        if rest > 0:
            rests.append((len(branches) + len(rests), _rest(whole, rest, number)))
    return rests


def _rest(whole: Branch, rest: int, number: int) -> Branch:
    """Return the box for what of a branch stands in no other: its own bytes, and what has no box."""
    itself = f"of {whole.name}: itself {size(whole.own)}"
    if rest <= whole.own:
        return Branch("itself", rest, rest, number, itself, "rest")
    name = f"the rest: {whole.left}" if whole.left else "the rest"
    hover = f"{itself}, and {whole.left or 'what is'} too small to be shown"
    return Branch(name, rest, rest, number, hover, "rest")
