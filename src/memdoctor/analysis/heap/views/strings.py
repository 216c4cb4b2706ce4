"""Strings as a view: the largest, and those that are in the heap more than once."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.strings.texts import Text, Texts
from memdoctor.analysis.heap.view import Ask, Column, View
from memdoctor.model import Source
from memdoctor.units import grouped

_COLUMNS = (
    Column("content", "content", "content"),
    Column("holder", "holder", "name"),
    Column("kind", "likely", "text"),
    Column("count", "count", "count"),
    Column("shallow_bytes", "shallow", "bytes"),
    Column("wasted_bytes", "wasted", "bytes"),
    Column("held_count", "with that holder", "count"),
)
_FACTS = (
    Column("string_count", "strings", "count"),
    Column("strings_bytes", "bytes", "bytes"),
    Column("duplicate_count", "there more than once", "count"),
    Column("wasted_bytes", "wasted by those", "bytes"),
)
_NO_CONTENTS = "Bun's own format has no contents of strings: equal ones cannot be found"


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the strings by their text, those that take most together first."""
    texts = inside.texts
    rows = tuple(_row(inside, text) for text in texts.largest(ask.most))
    totals = _totals(texts)
    return View(
        "strings",
        (source,),
        _COLUMNS,
        rows,
        totals,
        len(texts.considered),
        inside.counts,
        notes=tuple(_notes(texts, rows)),
        facts=tuple(column for column in _FACTS if texts.has_contents or totals[column.key]),
    )


def _row(inside: Inside, text: Text) -> Mapping[str, Any]:
    return {
        "content": text.content,
        "holder": text.holder,
        "kind": text.kind,
        "count": text.count,
        "shallow_bytes": text.shallow_bytes,
        "wasted_bytes": text.wasted_bytes,
        "held_count": text.held,
        "cut_off": text.cut_off,
        "verified": text.verified,
        "is_script": text.is_script,
        "node_id": inside.id_of(text.node),
    }


def _totals(texts: Texts) -> Mapping[str, Any]:
    strings, size = texts.all_strings
    duplicates, wasted, verified = texts.duplicates
    return {
        "string_count": strings,
        "strings_bytes": size,
        "text_count": texts.group_count,
        "sliced_count": texts.sliced,
        "duplicate_count": duplicates,
        "wasted_bytes": wasted,
        "verified_wasted_bytes": verified,
    }


def _notes(texts: Texts, rows: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    if not texts.has_contents:
        yield _NO_CONTENTS
        return
    if cut_off := sum(row["cut_off"] for row in rows):
        yield (
            f"of {grouped(cut_off)} of these the file has the beginning only, 1 024 units: equal "
            "beginnings and sizes do not prove that texts are equal"
        )
    if texts.sliced:
        yield f"{grouped(texts.sliced)} sliced strings, parts of others, have no text in the file"
    if texts.group_count > len(texts.considered):
        yield f"these are the largest and the most wasteful of {grouped(texts.group_count)} texts"
