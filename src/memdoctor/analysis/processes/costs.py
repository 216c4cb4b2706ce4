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
    place: str | None  # where the first of them stands

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

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the sums as evidence; of one process its own numbers."""
        if self.processes == 1:
            return (
                Evidence(self.label, self.memory, "bytes", self.place),
                Evidence("ending it frees", self.frees, "bytes", self.place),
                Evidence("in swap", self.swap or None, "bytes", self.place),
            )
        several = f"sum over {self.processes} processes"
        memory = f"{several}; {self.remark}" if self.remark else several
        return (
            Evidence(self.label, self.memory, "bytes", formula=memory),
            Evidence("ending them frees", self.frees, "bytes", formula=f"{several}: their USS"),
            Evidence("in swap", self.swap or None, "bytes", formula=several),
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
        counted[0].place if counted else None,
    )


def _sum(values: list[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], start=known[0]) if known else None
