"""The processes of a machine, in words and rows: the same for terminal and markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.findings import ProcessesOverview, ProcessOverview
from memdoctor.overviews import FamilyOverview
from memdoctor.units import count_of, size

FAMILIES = (
    Column("name", "program", "name"),
    Column("processes", "count", "count"),
    Column("wrong", "", "text"),
    Column("memory", "memory", "bytes"),
    Column("measure", "", "short"),
    Column("swap", "swap", "bytes"),
    Column("cpu_share", "CPU", "share"),
    Column("oldest", "oldest", "age"),
)
PROCESSES = (
    Column("pid", "pid", "pid"),
    Column("program", "program", "tree"),
    Column("kind", "", "short"),
    Column("confidence", "", "short"),
    Column("memory", "memory", "bytes"),
    Column("measure", "", "short"),
    Column("swap", "swap", "bytes"),
    Column("cpu_share", "CPU", "share"),
    Column("age", "up", "age"),
    Column("started", "since", "short"),
    Column("command", "command", "text"),
)
MOST_FAMILIES, MOST_PROCESSES = 10, 30


def title(overview: ProcessesOverview) -> str:
    """Return what was seen: how many processes, how much memory."""
    parts = [overview.title]
    if overview.memory_total:
        left = overview.memory_available
        free = "" if left is None else f", {size(left)} available"
        parts.append(f"memory {size(overview.memory_total)}{free}")
    if overview.swap_used:
        parts.append(f"swap {size(overview.swap_used)} in use")
    return ", ".join(parts)


def columns(overview: ProcessesOverview, listed: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Return the columns of what is listed; where all memory is of one measure, it is the heading."""
    chosen = FAMILIES if overview.listing == "families" else PROCESSES
    measures = {row["measure"] for row in listed} - {None}
    if len(measures) != 1:
        return chosen
    memory = Column("memory", measures.pop(), "bytes")
    return tuple(memory if one.key == "memory" else one for one in chosen if one.key != "measure")


def rows(overview: ProcessesOverview) -> list[Mapping[str, Any]]:
    """Return a row for each family, or for each process that was asked for."""
    if overview.listing == "families":
        chosen = _told(overview)
        blank = any(one.wrong for one in chosen)
        return [_family(one, blank=blank) for one in chosen[: _most(overview)]]
    return [_process(one) for one in overview.processes[: _most(overview)]]


def _told(overview: ProcessesOverview) -> Sequence[FamilyOverview]:
    """Return the families that something is to be said of."""
    return [one for one in overview.families if one.memory or one.wrong] or overview.families


def _most(overview: ProcessesOverview) -> int | None:
    """Return how many rows are shown, None for all."""
    if overview.most is not None:
        return overview.most or None
    return MOST_FAMILIES if overview.listing == "families" else MOST_PROCESSES


def remarks(overview: ProcessesOverview) -> Iterator[str]:
    """Yield what is to be said about the rows: what is left out, and what their memory is."""
    by_family = overview.listing == "families"
    total = len(_told(overview)) if by_family else len(overview.processes)
    left = total - (_most(overview) or total)
    if overview.looks > 1 and overview.time_from:
        yield f"times by {overview.time_from}"
    if left > 0:
        nouns = ("more program", "more programs") if by_family else ("more process", "more processes")
        yield f"{count_of(left, *nouns)} (--top 0 shows all)"
    measures = {one.pss is not None for one in overview.processes if one.rss is not None}
    if False in measures:
        yield "RSS counts shared pages again for each process" + (
            "; PSS does not" if True in measures else ""
        )
    shares = [one for one in overview.processes if one.cpu_share is not None]
    if shares and not any(one.cpu_is_recent for one in shares):
        measure = "; --for 10s measures that of now" if overview.live else ""
        yield f"CPU is an average since the start of each process{measure}"


def _family(one: FamilyOverview, *, blank: bool) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "processes": one.processes,
        "memory": one.memory,
        "measure": _measure(one.memory, is_pss=one.is_pss),
        "swap": one.swap or None,
        "cpu_share": one.cpu_share,
        "oldest": one.age,
        "wrong": one.wrong or ("" if blank else None),
    }


def _process(one: ProcessOverview) -> Mapping[str, Any]:
    return {
        "pid": one.pid,
        "program": one.program,
        "depth": one.depth,
        "kind": one.kind,
        "confidence": one.confidence,
        "memory": one.memory,
        "measure": _measure(one.memory, is_pss=one.pss is not None),
        "swap": one.swap or None,
        "cpu_share": one.cpu_share,
        "age": one.age,
        "started": None if one.started_at is None else f"{one.started_at:%Y-%m-%d %H:%M:%S}",
        "command": one.command,
    }


def _measure(memory: int | None, *, is_pss: bool) -> str | None:
    return None if memory is None else "PSS" if is_pss else "RSS"


def reasons(one: ProcessOverview) -> str:
    """Return why a process is what it is, in one line."""
    return f"pid {one.pid}: {'; '.join(one.reasons)}"
