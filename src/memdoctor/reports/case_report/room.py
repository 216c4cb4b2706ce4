"""How much there is room for: an issue tracker takes 65 536 characters, whatever a case holds."""

from dataclasses import dataclass

MOST = 65_000  # characters


@dataclass(frozen=True, slots=True)
class Room:
    """How many of each are shown, and how long a text may be."""

    rows: int
    findings: int
    evidence: int
    text: int


# The first in which a report fits is taken. In the last one any report does.
ROOMS = (
    Room(rows=200, findings=60, evidence=40, text=2_000),
    Room(rows=60, findings=40, evidence=15, text=1_000),
    Room(rows=30, findings=20, evidence=10, text=500),
    Room(rows=15, findings=10, evidence=6, text=250),
    Room(rows=6, findings=4, evidence=4, text=100),
    Room(rows=3, findings=2, evidence=3, text=40),
)
