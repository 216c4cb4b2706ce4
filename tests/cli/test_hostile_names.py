"""One snapshot made of hostile names, in every view and every format: text stays text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from memdoctor.analysis.heap.view import NEEDS_TARGET, VIEWS

from conftest import Cli
from hostile_heap import SECRET, hostile_heap

FORMS = ("terminal", "concise", "markdown", "json", "jsonl")
_FORBIDDEN = [*map(chr, range(9)), *map(chr, range(11, 32)), "\x7f", "\u202e", "\u2066", "\u200b", "\ud83d"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_heap().write(tmp_path_factory.mktemp("hostile") / "hostile.heapsnapshot")


def _calls(hostile: Path) -> Iterator[list[str]]:
    for view in VIEWS:
        targets = ["ArrayBuffer", "@3", "(string)"] if view == "retainers" else ["@3", "@5"]
        for target in targets if view in NEEDS_TARGET else [""]:
            yield ["heap", view, *([target] if target else []), str(hostile)]
    yield ["analyze", str(hostile), "-v"]


def _hostile_signs(text: str) -> list[str]:
    """Return what must not be there; our Markdown has spaces without width where text would link."""
    text = re.sub("(?<=[@#!~$%^:w-])\u200b", "", text)
    return [sign for sign in _FORBIDDEN if sign in text]


@pytest.mark.parametrize("form", FORMS)
def test_every_view_of_a_hostile_heap_is_harmless(hostile: Path, form: str, cli: Cli) -> None:
    for call in _calls(hostile):
        outcome = cli(*call, "-f", form)
        assert outcome.code == 0, outcome.err
        assert not _hostile_signs(outcome.out), call
        assert SECRET not in outcome.out
        assert len(outcome.out.encode()) < 6 << 20
        if form == "terminal":
            assert max(map(cell_len, outcome.out.splitlines())) <= 80
        elif form == "json":
            json.loads(outcome.out)
        elif form == "jsonl":
            assert all(json.loads(line) for line in outcome.out.splitlines())


def test_contents_are_shown_where_they_are_asked_for(hostile: Path, cli: Cli) -> None:
    for form in FORMS:
        shown = cli("heap", "strings", hostile, "-f", form, "--show-strings", "--no-redact").out
        assert SECRET[:6] in shown
        assert not _hostile_signs(shown)


@pytest.mark.parametrize("view", sorted(set(VIEWS) - NEEDS_TARGET.keys()))
def test_every_column_sorts_both_ways(hostile: Path, view: str, cli: Cli) -> None:
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.view import Ask
    from memdoctor.analysis.heap.views import view_of
    from memdoctor.readers.snapshot import read_snapshot

    source, graph = read_snapshot(str(hostile))
    for column in view_of(view, source, Inside(graph), Ask()).columns:
        rows = json.loads(cli("heap", view, hostile, "--sort", column.key, "--json").out)["rows"]
        values = [row[column.key] for row in rows if row[column.key] is not None]
        if not column.is_text:  # texts are ordered as they were before their signs were escaped
            assert values == sorted(values, reverse=True)
        turned = cli("heap", view, hostile, "--sort", f"-{column.heading}", "--json")
        assert turned.code == 0
