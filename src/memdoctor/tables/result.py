"""What a query returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of an answer. `unit` is that of a documented column, or of a sum of one."""

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
    """The first rows of an answer, and how many there are in all."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[tuple[Any, ...]]
    row_count: int
