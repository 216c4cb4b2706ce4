"""What is made of very many rows: each is in its place."""

import pytest

from memdoctor.overviews import Moment
from memdoctor.reports.html.thinning import evenly
from memdoctor.reports.html.worker_axis import counted
from memdoctor.text import file_names


def test_of_many_lives_each_has_its_own_rows() -> None:
    rows = [Moment("api", f"a.log:{n}", None, float(n % 2)) for n in range(12_000)]
    placed = counted(rows).placed
    assert [one.row for one in placed] == rows
    assert [one.life for one in placed] == [n // 2 for n in range(12_000)]


def test_many_files_are_called_by_what_tells_them_apart() -> None:
    paths = [f"run/{n}/look-{n // 2}.json" for n in range(30_000)] + ["last.json"]
    assert file_names(paths) == {path: path for path in paths}


@pytest.mark.parametrize(
    ("most", "kept"), [(0, []), (1, [9]), (2, [0, 9]), (4, [0, 3, 6, 9]), (10, [*range(10)])]
)
def test_few_of_many_are_spread_over_them(most: int, kept: list[int]) -> None:
    assert list(evenly(range(10), most)) == kept
