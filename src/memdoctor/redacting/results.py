"""What was done, as records."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """What was done to the texts of one file. In a heap these are strings, elsewhere words."""

    replaced: int = 0
    kept: int = 0
    dropped: list[str] = field(default_factory=list)  # in words: what of the file is not in the copy


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was written."""

    source: str
    target: str
    format: str  # the reader that knows it
    size: int  # bytes on disk
    counts: Counts


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What looks like a secret in a file. `preview` shows of it what tells its kind, and no more."""

    source: str
    kind: str
    place: str  # of the first one: heap.heapsnapshot#/strings/812, or app.log:12
    preview: str
    length: int
    count: int
