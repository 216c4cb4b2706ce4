"""What holds of any snapshot and any query: tables have what the file has, nothing else comes out."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.analysis.measurements import Measurements
from memdoctor.config import Settings
from memdoctor.engine import report_of
from memdoctor.errors import UsageError
from memdoctor.readers.case import read_case
from memdoctor.reports.query import render
from memdoctor.reports.render import Style
from memdoctor.tables.database import Database
from memdoctor.tables.records import Records
from memdoctor.tables.result import Result, ResultColumn

from conftest import HEAPDUMPS
from snapshots import EDGE_TYPES, NODE_TYPES, Snapshot

Rows = list[tuple[Any, ...]]
NAMED = ("context", "property", "internal", "shortcut", "weak")
TOKENS = """
SELECT FROM WHERE GROUP BY ORDER LIMIT WITH RECURSIVE AS UNION ALL JOIN USING NATURAL LATERAL CASE WHEN END
nodes samples findings rss name x * ( ) , . ; :: 'x' "x" 1 -1 1e9 NULL = || [ ] { } : -> $1 ? @ # -- /* */
count(*) sum(rss) max(name) OVER PIVOT UNPIVOT DESCRIBE SUMMARIZE SHOW VALUES EXPLAIN SET COPY TO ATTACH
read_text('/etc/passwd') glob('/*') range(3) unnest([1]) getenv('HOME') INTERVAL DATE duckdb_views pg_class
"""


@contextmanager
def _database(*files: Path) -> Iterator[Database]:
    case = read_case([str(file) for file in files])
    measurements = Measurements(case)
    with Database(Records(measurements, lambda: report_of(measurements, Settings()))) as database:
        yield database


@st.composite
def heaps(draw: st.DrawFn) -> Snapshot:
    """Draw a heap of any nodes and edges, with names of any characters that JSON can write."""
    names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    kinds = st.sampled_from([kind for kind in NODE_TYPES if kind != "synthetic"])
    heap = Snapshot()
    for kind, name, size in draw(
        st.lists(st.tuples(kinds, names, st.integers(0, 2**31)), min_size=1, max_size=12)
    ):
        heap.node(kind, name, size)
    node = st.integers(0, len(heap.nodes) - 1)
    for source, target, kind in draw(
        st.lists(st.tuples(node, node, st.sampled_from(EDGE_TYPES)), max_size=30)
    ):
        key: str | int = draw(names) if kind in NAMED else draw(st.integers(0, 2**31 - 1))
        heap.edge(source, target, key, kind)
    return heap


@settings(max_examples=60, deadline=None)
@given(heaps())
def test_nodes_and_edges_are_those_of_the_file(heap: Snapshot) -> None:
    texts = list(heap.strings)
    nodes = [
        (number, node["id"], NODE_TYPES[node["type"]], texts[node["name"]], node["self_size"])
        for number, node in enumerate(heap.nodes)
    ]
    in_file_order = sorted(heap.edges, key=lambda edge: edge[0])
    edges = [
        (source, target, kind, *((name, None) if isinstance(name, str) else (None, name)))
        for source, kind, name, target in in_file_order
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = heap.write(Path(folder) / "made.heapsnapshot")
        with _database(file) as database:
            answered = database.ask("SELECT node, id, type, name, self_size FROM nodes ORDER BY node")
            assert list(answered.rows) == nodes
            sql = 'SELECT from_node, to_node, type, name, "index" FROM edges ORDER BY edge'
            assert list(database.ask(sql).rows) == edges
            counts = database.ask("SELECT edge_count FROM nodes ORDER BY node").rows
            starts = Counter(edge[0] for edge in edges)
            assert [row[0] for row in counts] == [starts[number] for number in range(len(nodes))]


@settings(max_examples=25, deadline=None)
@given(heaps())
def test_a_column_is_the_same_alone_and_beside_all_others(heap: Snapshot) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = heap.write(Path(folder) / "made.heapsnapshot")
        for table in ("nodes", "edges", "classes", "strings"):
            with _database(file) as database:
                answer = database.ask(f"SELECT * FROM {table}")
                whole = list(answer.rows)
            for index, column in enumerate(answer.columns):
                with _database(file) as database:
                    alone = list(database.ask(f'SELECT "{column.name}" FROM {table}').rows)
                assert Counter(alone) == Counter((row[index],) for row in whole)


@settings(max_examples=60, deadline=None)
@given(heaps())
def test_equal_strings_are_counted_as_they_stand(heap: Snapshot) -> None:
    texts = list(heap.strings)
    held = [node for node in heap.nodes if NODE_TYPES[node["type"]] == "string"]
    copies = Counter(texts[node["name"]] for node in held)
    sizes = dict.fromkeys(copies, 0)
    for node in held:
        sizes[texts[node["name"]]] += node["self_size"]
    with tempfile.TemporaryDirectory() as folder:
        file = heap.write(Path(folder) / "made.heapsnapshot")
        with _database(file) as database:
            rows = list(database.ask("SELECT text, copies, self_size, characters FROM strings").rows)
    assert {text: (count, size) for text, count, size, _ in rows} == {
        text: (count, sizes[text]) for text, count in copies.items()
    }
    assert all(length == len(text.encode("utf-16-le")) // 2 for text, _, _, length in rows)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(TOKENS.split()), max_size=14))
def test_any_words_of_sql_are_answered_or_refused(words: list[str]) -> None:
    _answered_or_refused(" ".join(words))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TOKENS.split()), max_size=10))
def test_any_select_is_answered_or_refused(words: list[str]) -> None:
    _answered_or_refused(f"SELECT {' '.join(words)} FROM samples")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_answered_or_refused(text: str) -> None:
    _answered_or_refused(text)


def _answered_or_refused(sql: str) -> None:
    with _database(HEAPDUMPS / "phantom-external.json") as database:
        try:
            list(database.ask(sql, 5, within=5).rows)
        except UsageError as error:
            told = error.message
        else:
            told = "answered"
    assert told
    assert "root:" not in told


VALUES = st.one_of(
    st.none(), st.integers(), st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9)
)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=9))
def test_csv_is_read_back_by_another_reader(rows: Rows) -> None:
    columns = (ResultColumn("a", "VARCHAR", None), ResultColumn("b", "VARCHAR", None))
    written = "".join(render(Result(columns, rows), "csv", Style(width=80, color=False)))
    read = list(csv.reader(io.StringIO(written)))
    assert read[0] == ["a", "b"]
    assert [[_unarmed(cell) for cell in row] for row in read[1:]] == [
        ["" if value is None else _unarmed(str(value)) for value in row] for row in rows
    ]


def _unarmed(cell: str) -> str:
    """Take away the apostrophes by which a spreadsheet takes a text for a text."""
    return cell.lstrip("'")


@given(st.lists(st.integers(0, 5), min_size=2, max_size=4))
@settings(max_examples=20, deadline=None)
def test_several_snapshots_are_told_apart(lengths: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, length in enumerate(lengths):
            heap = Snapshot()
            for _ in range(length):
                heap.object("Kept")
            files.append(heap.write(Path(folder) / f"{number}.heapsnapshot"))
        with _database(*files) as database:
            rows = list(database.ask("SELECT source, count(*) FROM nodes GROUP BY 1 ORDER BY 1").rows)
        assert rows == [(str(file), length + 1) for file, length in zip(files, lengths, strict=True)]
