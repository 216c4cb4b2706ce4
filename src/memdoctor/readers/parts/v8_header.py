"""The header of a V8 snapshot: which fields a node and an edge have, and what their types are called."""

from dataclasses import dataclass
from typing import Any, Self

from memdoctor.errors import InputError

_MOST_FIELDS = 32
_MOST_EDGE_TYPES = 16  # what a trait has room for
_MOST_COUNT = 10**15
_NODE_FIELDS = ("type", "name", "id", "self_size", "edge_count")
_EDGE_FIELDS = ("type", "name_or_index", "to_node")


@dataclass(frozen=True, slots=True)
class Header:
    """What `snapshot` declares; fields are found by their name, never by their place."""

    node_fields: tuple[str, ...]
    edge_fields: tuple[str, ...]
    location_fields: tuple[str, ...]
    node_types: tuple[str, ...]
    edge_types: tuple[str, ...]
    node_count: int
    edge_count: int
    root: int
    extra_native_bytes: int

    @classmethod
    def of(cls, snapshot: Any) -> Self:
        """Read the header; raise InputError for what it lacks or what cannot be."""
        meta = snapshot.get("meta") if isinstance(snapshot, dict) else None
        if not isinstance(meta, dict):
            raise InputError("`snapshot.meta` is missing", place="snapshot")
        node_fields = _names(meta, "node_fields", _NODE_FIELDS)
        edge_fields = _names(meta, "edge_fields", _EDGE_FIELDS)
        node_types = _types(meta, "node_types", node_fields, 255)
        root = _count(snapshot, "root_index", default=0)
        if root % len(node_fields):
            raise InputError("root_index is not the start of a node", place="snapshot.root_index")
        header = cls(
            node_fields,
            edge_fields,
            _names(meta, "location_fields", ()) if meta.get("location_fields") else (),
            node_types,
            _types(meta, "edge_types", edge_fields, _MOST_EDGE_TYPES),
            _count(snapshot, "node_count"),
            _count(snapshot, "edge_count"),
            root // len(node_fields),
            _count(snapshot, "extra_native_bytes", default=0),
        )
        if header.root >= header.node_count:
            raise InputError("there is no root: no nodes, or root_index beyond them", place="snapshot")
        return header


def _names(meta: dict[str, Any], key: str, needed: tuple[str, ...]) -> tuple[str, ...]:
    names = meta.get(key)
    place = f"snapshot.meta.{key}"
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f"`{key}` is no list of names", place=place)
    if len(names) > _MOST_FIELDS or len(set(names)) < len(names):
        raise InputError(f"`{key}` has a name twice, or too many", place=place)
    missing = [name for name in needed if name not in names]
    if missing:
        raise InputError(f"`{key}` lacks {', '.join(missing)}", place=place)
    return tuple(names)


def _types(meta: dict[str, Any], key: str, fields: tuple[str, ...], most: int) -> tuple[str, ...]:
    columns = meta.get(key)
    index = fields.index("type")
    names = columns[index] if isinstance(columns, list) and len(columns) > index else None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InputError(f"`{key}` does not name the types", place=f"snapshot.meta.{key}")
    if len(set(names)) < len(names):
        raise InputError(f"`{key}` names a type twice", place=f"snapshot.meta.{key}")
    if len(names) > most:
        raise InputError(f"`{key}` names more than {most} types", place=f"snapshot.meta.{key}")
    return tuple(names)


def _count(snapshot: dict[str, Any], key: str, default: int | None = None) -> int:
    value = snapshot.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_COUNT:
        raise InputError(f"`{key}` is no count", place=f"snapshot.{key}")
    return value
