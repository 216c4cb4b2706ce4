"""A query's answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of an answer. `unit` is that of a documented column that it is, or a sum or extreme of."""

    name: str
    type: str  # as SQL calls it
    unit: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether it stands on the right."""
        return self.type.endswith("INT") or self.type.startswith(
            ("DOUBLE", "FLOAT", "DECIMAL", "INTEGER", "BIGNUM")
        )


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: its rows can be walked once, as they come; `left_out` more are not among them."""

    columns: tuple[ResultColumn, ...]
    rows: Iterable[tuple[Any, ...]]
    left_out: int = 0
