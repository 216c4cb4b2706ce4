"""What processes cost together: numbers that can be added up, or a word that they cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from memdoctor.findings import Evidence
from memdoctor.model import Process

Number = TypeVar("Number", int, float)

_OVERCOUNTS = "RSS counts shared pages again"


@dataclass(frozen=True, slots=True)
class Cost:
    """What some processes hold together, in bytes; None where it is not known of any of them.

    `memory` is the sum of PSS where all have one, else of RSS, which counts what they share once for each.
    """

    processes: int
    memory: int | None
    is_pss: bool
    frees: int | None  # the sum of USS: what nobody else has
    swap: int | None
    cpu_share: float | None  # of one core, measured or reported
    threads: int | None

    @property
    def label(self) -> str:
        """Return which measure the memory is."""
        return "PSS" if self.is_pss else "RSS"

    @property
    def remark(self) -> str:
        """Return what is to be said where the memory is named."""
        return "" if self.is_pss else _OVERCOUNTS

    @property
    def held(self) -> int:
        """Return memory and swap together, by which costs are compared."""
        return (self.memory or 0) + (self.swap or 0)

    def evidence(self, pointer: str | None = None) -> tuple[Evidence, ...]:
        """Return the sums as evidence."""
        count = f"{self.processes} processes" if self.processes > 1 else "1 process"
        several = f"sum over {count}"
        memory = f"{several}; {self.remark}" if self.remark and self.processes > 1 else several
        return (
            Evidence(self.label, self.memory, "bytes", pointer, memory if self.processes > 1 else None),
            Evidence("ending them frees", self.frees, "bytes", None, f"{several}: their USS"),
            Evidence("in swap", self.swap or None, "bytes", None, several),
        )


def cost(processes: Iterable[Process]) -> Cost:
    """Return what processes cost together; those that are gone or the kernel's cost nothing."""
    counted = [one for one in processes if not one.is_kernel and one.state != "Z"]
    is_pss = bool(counted) and all(one.pss is not None for one in counted)
    memory = [one.pss if is_pss else one.rss for one in counted]
    uss = [one.uss for one in counted]
    return Cost(
        len(counted),
        _sum(memory),
        is_pss,
        _sum(uss) if uss and all(value is not None for value in uss) else None,
        _sum([one.swap for one in counted]),
        _sum([one.cpu_share for one in counted]),
        _sum([one.threads for one in counted]),
    )


def _sum(values: list[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], start=known[0]) if known else None
