"""Heap snapshots: the strings are replaced, the numbers copied, and nothing else is."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from memdoctor.errors import InputError
from memdoctor.heap.arrays import U8
from memdoctor.heap.strings import decode
from memdoctor.progress import tell
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.outline import NAME_TABLES, NUMBERS, Outline, StringArray
from memdoctor.readers.parts.reading import INCOMPLETE, snapshot_content
from memdoctor.readers.parts.v8_header import Header
from memdoctor.redacting.kept_names import is_plain_name
from memdoctor.redacting.names import HeapNames
from memdoctor.redacting.results import Counts
from memdoctor.redacting.roles import NAME, NUMBER, PROPERTY, SLOT, roles_of

_TREE = "trace_tree"
_BLOCK = 1 << 22  # bytes copied at once
_AT_ONCE = 1 << 14  # strings
_COUNTS = ("node_count", "edge_count", "trace_function_count", "extra_native_bytes", "root_index")
# The words of the header, of V8 and of Bun; whatever else stands there is replaced like any text.
_WORDS = """
node_fields node_types edge_fields edge_types trace_function_info_fields trace_node_fields
sample_fields location_fields type name id self_size edge_count trace_node_id detachedness
name_or_index to_node function_id script_name script_id line column count size children
timestamp_us last_assigned_id object_index hidden array string object code closure regexp
number native synthetic symbol bigint string_or_number node context element property internal
shortcut weak Internal Property Index Variable invisible scope_fields scope_context_var_fields
scope_use_fields scope_context_vars_count script_object_index declaring_scope_id depth scope_id
scope_uses_count script_node_index function_info_index slot_index
"""
_OF_TWO_WORDS = {"concatenated string", "sliced string", "object shape", "wasm object"}
_OF_FORMAT = frozenset(_WORDS.split()) | _OF_TWO_WORDS
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,3})?")
_DIGITS, _NESTED = b"-0123456789, \n\r\t", b"-0123456789, \n\r\t[]"


def copy_snapshot(
    opened: Opened, reader: str, names: HeapNames, output: BinaryIO, *, keep_names: bool
) -> Counts:
    """Write a snapshot with other strings.

    Raises InputError where it is cut off or contradicts itself: then what was written is worth nothing.
    """
    with snapshot_content(opened) as content:
        copying = _Copying(content, names, output, keep_names)
        if reader == "jsc_snapshot":
            copying.of_bun()
        else:
            copying.of_v8()
        return copying.counts


class _Copying:
    """One snapshot on its way."""

    def __init__(self, content: Mapped, names: HeapNames, output: BinaryIO, keep_names: bool) -> None:
        self._content = content
        self._names = names
        self._output = output
        self._keep_names = keep_names
        self._first = True
        self.counts = Counts()

    def of_v8(self) -> None:
        """Write one in the format of V8."""
        outline = Outline(self._content, NUMBERS, frozenset({"strings"}), frozenset({"snapshot"}))
        outline.read()
        if "strings" not in outline.strings:
            raise InputError("`strings` is missing", INCOMPLETE)
        snapshot = outline.values.get("snapshot")
        header = Header.of(snapshot)
        table = outline.strings["strings"]
        roles = roles_of(self._content, outline, header, len(table.starts))
        self._begin("snapshot", json.dumps(self._header(snapshot), separators=(",", ":")).encode())
        self._numbers(outline)
        self._strings("strings", table, self._change_by_role(roles))
        self._end(outline, {"snapshot", "strings"})

    def of_bun(self) -> None:
        """Write one in Bun's own format, where all strings are names."""
        texts = frozenset({"edgeTypes", *NAME_TABLES})
        outline = Outline(
            self._content, frozenset({"nodes", "edges"}), texts, frozenset({"version", "type"})
        )
        outline.read()
        for section in ("nodes", "edges", *texts):
            if section not in outline.numbers and section not in outline.strings:
                raise InputError(f"`{section}` is missing", INCOMPLETE)
        if (outline.values.get("version"), outline.values.get("type")) != (3, "Inspector"):
            raise InputError("not of version 3, Inspector", "Bun.generateHeapSnapshot() gives that")
        self._begin("version", b"3")
        self._begin("type", b'"Inspector"')
        self._numbers(outline)
        change = self._keep_if_plain if self._keep_names else self._names.stand_in
        self._strings("edgeTypes", outline.strings["edgeTypes"], lambda text, _: str(self._words(text)))
        for name in NAME_TABLES:
            self._strings(name, outline.strings[name], lambda text, _: change(text))
        self._end(outline, {"version", "type", *texts})

    def _change_by_role(self, roles: U8) -> Callable[[str, int], str]:
        def change(text: str, index: int) -> str:
            role = int(roles[index])
            if role & (NUMBER | SLOT) and _PLAIN_NUMBER.fullmatch(text):
                return text
            if self._keep_names and role & (NAME | PROPERTY):
                return self._keep_if_plain(text)
            return self._names.stand_in(text)

        return change

    def _keep_if_plain(self, text: str) -> str:
        return text if is_plain_name(text) else self._names.stand_in(text)

    def _header(self, snapshot: Any) -> dict[str, Any]:
        """Return of the header what the format knows: fields, types and counts."""
        meta = {name: self._words(value) for name, value in snapshot["meta"].items() if name in _OF_FORMAT}
        counts = {name: snapshot[name] for name in _COUNTS if isinstance(snapshot.get(name), int)}
        self._drop(len(snapshot.keys() - {"meta", "title", "uid", *counts}), "of its header")
        return {"meta": meta, **counts}

    def _words(self, value: Any, deepest: int = 3) -> Any:
        """Return names of fields and types, as deep as they go; anything else becomes null."""
        if isinstance(value, list):
            return [self._words(item, deepest - 1) for item in value[:1000]] if deepest else None
        if not isinstance(value, str):
            return None
        return value if value in _OF_FORMAT else self._names.stand_in(value)

    def _drop(self, count: int, of: str) -> None:
        if count:
            self.counts.dropped.append(f"{count} unknown member{'s' if count > 1 else ''} {of}")

    def _begin(self, name: str, value: bytes) -> None:
        self._output.write((b"{" if self._first else b",\n") + json.dumps(name).encode() + b":" + value)
        self._first = False

    def _numbers(self, outline: Outline) -> None:
        sections = sorted((array.start, array.end, name) for name, array in outline.numbers.items())
        for start, end, name in sections:
            self._begin(name, b"[")
            self._copy(name, start, end, _DIGITS)
            self._output.write(b"]")
        if _TREE in outline.passed:
            self._begin(_TREE, b"")
            self._copy(_TREE, *outline.passed[_TREE], _NESTED)

    def _copy(self, name: str, start: int, end: int, allowed: bytes) -> None:
        """Copy bytes that are numbers; raise InputError for anything else among them."""
        for place in range(start, end, _BLOCK):
            stop = min(place + _BLOCK, end)
            block = self._content.text[place:stop]
            if block.translate(None, allowed):
                raise InputError(f"in `{name}`: something else than numbers", place=f"byte {place}")
            self._output.write(block)
            self._content.release(place, stop)
            tell("copying", stop, self._content.size)

    def _strings(self, name: str, table: StringArray, change: Callable[[str, int], str]) -> None:
        self._begin(name, b"[")
        sign = b""
        for first in range(0, len(table.starts), _AT_ONCE):
            lines = list(self._changed(table, first, change))
            self._output.write(sign + b",\n".join(lines))
            sign = b",\n"
            begin = int(table.starts[first])
            stop = int(table.starts[min(first + _AT_ONCE, len(table.starts)) - 1])
            self._content.release(begin, stop)
            tell("replacing strings", stop, self._content.size)
        self._output.write(b"]")

    def _changed(
        self, table: StringArray, first: int, change: Callable[[str, int], str]
    ) -> Iterator[bytes]:
        part = slice(first, first + _AT_ONCE)
        places = zip(table.starts[part].tolist(), table.lengths[part].tolist(), strict=True)
        view, counts = self._content.text, self.counts
        for index, (start, length) in enumerate(places, first):
            text = decode(view[start : start + length])
            changed = change(text, index)
            counts.replaced += changed != text
            counts.kept += changed == text
            yield json.dumps(changed).encode()

    def _end(self, outline: Outline, written: set[str]) -> None:
        self._output.write(b"}\n")
        found = {*outline.values, *outline.passed, *outline.strings} - written - {_TREE}
        self._drop(len(found), "beside the heap")
        if outline.left_over:
            self.counts.dropped.append(f"{outline.left_over} bytes after its end")
