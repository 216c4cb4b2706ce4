"""Equal strings: put together from halves or not, and those that only seem equal."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memdoctor
from memdoctor.heap import digests, ropes
from memdoctor.heap.digests import LARGEST_SECRET

from snapshots import Snapshot

Groups = dict[str, int]


def _rope(made: Snapshot, first: int, second: int) -> int:
    node = made.node("concatenated string", "(concatenated string)", 32)
    made.edge(node, first, "first", "internal")
    made.edge(node, second, "second", "internal")
    made.edge(0, node)
    return node


def _text(made: Snapshot, text: str, size: int = 24) -> int:
    node = made.node("string", text, size)
    made.edge(0, node)
    return node


def _groups(made: Snapshot, folder: Path) -> Groups:
    graph = memdoctor.load(made.write(folder / "made.heapsnapshot"))
    return {group.text: group.count for group in graph.duplicate_strings}


def test_halves_and_wholes_are_one_text(tmp_path: Path) -> None:
    made = Snapshot()
    _text(made, "abcd")
    _rope(made, _text(made, "ab"), _text(made, "cd"))
    _rope(made, _text(made, "a"), _rope(made, _text(made, "bc"), _text(made, "d")))
    assert _groups(made, tmp_path) == {"abcd": 3}


def test_flat_ropes_and_strings_without_a_size_do_not_count(tmp_path: Path) -> None:
    made = Snapshot()
    whole = _text(made, "whole")
    _rope(made, whole, _text(made, "", 0))
    _text(made, "whole", 0)
    assert _groups(made, tmp_path) == {}


def test_a_rope_that_holds_itself_ends(tmp_path: Path) -> None:
    made = Snapshot()
    text = _text(made, "x")
    rope = _rope(made, text, text)
    made.edges = [
        edge if edge[:3] != (rope, "internal", "second") else (*edge[:3], rope) for edge in made.edges
    ]
    made.edge(0, rope)
    assert _groups(made, tmp_path) in ({}, {"x": 2})


def test_a_half_that_is_a_detached_node_is_no_text(tmp_path: Path) -> None:
    made = Snapshot()
    node = made.node("native", "Node", detachedness=2)
    made.edge(0, node)
    _rope(made, node, _text(made, "a"))
    _rope(made, node, _text(made, "a"))
    assert "a" in _groups(made, tmp_path)


def test_strings_made_to_collide_are_told_apart(tmp_path: Path) -> None:
    """Thue and Morse's sequence and its complement have one polynomial modulo a power of two."""
    bits = "a"
    while len(bits) < 4096:
        bits += bits.translate(str.maketrans("ab", "ba"))
    made = Snapshot()
    for text in (bits, bits.translate(str.maketrans("ab", "ba"))):
        _text(made, text)
    assert _groups(made, tmp_path) == {}


@pytest.mark.parametrize("secret", [1 << 16, (1 << 29) + 12345, LARGEST_SECRET])
def test_long_texts_with_any_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: int) -> None:
    for module in (digests, ropes):
        monkeypatch.setattr(module, "SECRET", secret)
    made = Snapshot()
    text = "".join(chr(33 + number * 7 % 90) for number in range(1000)).replace('"', "x").replace("\\", "y")
    _text(made, text)
    for cut in (1, 400, 999):
        _rope(made, _text(made, text[:cut]), _text(made, text[cut:]))
    assert _groups(made, tmp_path) == {text: 4}


@pytest.mark.parametrize(("left", "depth"), [(True, 30_000), (False, 3_000)])
def test_deep_ropes_are_put_together(tmp_path: Path, left: bool, depth: int) -> None:
    """`text += x` and `text = x + text`, often: the first 1024 units are what V8 would write."""
    made = Snapshot()
    node, piece = _text(made, "ab"), _text(made, "ab")
    for _ in range(depth):
        node = _rope(made, *((node, piece) if left else (piece, node)))
    groups = list(memdoctor.load(made.write(tmp_path / "made.heapsnapshot")).duplicate_strings)
    assert sorted((group.text, group.count) for group in groups) == [("ab", 2), ("ab" * 512, depth - 510)]


_PIECES = st.lists(st.text('ab\u00e9\U0001f600\\"', max_size=3), min_size=2, max_size=4)


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES, max_size=12))
def test_any_way_to_cut_a_text_gives_the_same(texts: list[list[str]]) -> None:
    made = Snapshot()
    expected: Counter[str] = Counter()
    for pieces in texts:
        expected.update(pieces)
        node, content = _text(made, pieces[0]), pieces[0]
        for piece in pieces[1:]:
            node = _rope(made, node, _text(made, piece))
            expected[content + piece] += bool(content and piece)  # a flat one does not count
            content += piece
    with tempfile.TemporaryDirectory() as folder:
        found = _groups(made, Path(folder))
    assert found == {text: count for text, count in expected.items() if count > 1}
