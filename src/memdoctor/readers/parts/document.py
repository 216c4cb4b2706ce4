"""An object with memory figures, wherever in an input it was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """An object with memory figures and where it stands.

    `series` names its list if it is in one, `label` its key if it has one; `context` are the time, the pid
    and the like of the objects that hold this document alone, as log lines do, each with its place.
    """

    value: Mapping[str, Any]
    place: str
    kind: str
    series: str | None = None
    label: str | None = None
    context: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
