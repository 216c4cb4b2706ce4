"""What is to be ended and what became of it, in words and rows: the same for people and for machines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.analysis.processes.costs import Cost
from memdoctor.endings import End, Left, Outcome, Plan, Reaping, Spared, Target, Why, cost_of
from memdoctor.findings import Confidence, ProcessOverview
from memdoctor.text import printable
from memdoctor.units import count_of, duration, grouped, size

_NAMED = 8  # pids that share a reason
_SOON = 0.01  # seconds: less is at once
MOST_UNSURE = 10  # of those that are not ended: more than anybody reads
TARGETS = (
    Column("pid", "pid", "pid", stays=True),
    Column("program", "program", "tree"),
    Column("kind", "", "short"),
    Column("confidence", "", "short"),
    Column("frees", "frees", "bytes", stays=True),
    Column("measure", "", "short"),
    Column("cpu_share", "CPU", "share"),
    Column("age", "up", "age"),
    Column("user", "user", "short"),
    Column("command", "command", "text"),
)
OUTCOMES = (
    Column("pid", "pid", "pid"),
    Column("program", "program", "tree"),
    Column("outcome", "", "short", stays=True),
)
_WORDS = {
    End.ENDED: "ended",
    End.ZOMBIE: "ended",
    End.BEFORE: "had ended by itself",
    End.LEFT: "still there",
    End.HELD: "held back",
    End.CHANGED: "left out",
    End.DENIED: "denied",
    End.UNASKED: "not asked",
}
# Of one process, and of several.
_STILL_THERE = {
    Left.IGNORES: ("ignores TERM: --force", "ignore TERM: --force"),
    Left.SLOW: ("has not ended yet: --force", "have not ended yet: --force"),
    Left.STOPPED: ("is stopped: --force", "are stopped: --force"),
    Left.DEVICE: ("waits for a device, and takes no signal", "wait for a device, and take no signal"),
    Left.KILLED: ("still there after KILL",) * 2,
}


def title(plan: Plan) -> str:
    """Return how many processes are to be ended, and what that frees."""
    count = len(plan.targets)
    return f"{count_of(count, 'process', 'processes')} to end: {memory(plan.cost)}"


def memory(cost: Cost, *, done: bool = False) -> str:
    """Return what ending frees: the USS of all, else their RSS, said so."""
    word = "freed" if done else "frees"
    if cost.frees is not None:
        return f"{size(cost.frees)} freed" if done else f"{word} {size(cost.frees)} (their USS)"
    if cost.memory is None:
        return "what it held is not known" if done else "what it frees is not known"
    less = f"less than {size(cost.memory)}"
    return f"{less} freed" if done else f"frees {less} ({cost.label}: USS is not shown)"


def target_rows(plan: Plan) -> list[Mapping[str, Any]]:
    """Return a row for each target; what goes without saying of all of them is left out."""
    targets = plan.targets
    ordinary = all(one.row.confidence is Confidence.CERTAIN for one in targets)
    others = any(one.row.user != plan.user for one in targets)
    rows = _rows([one.row for one in targets])
    for row in rows:
        row["user"] = row["user"] if others else None
        if ordinary:
            row["kind"] = row["confidence"] = None
    return [*rows]


def spared_rows(spared: Sequence[Spared]) -> list[Mapping[str, Any]]:
    """Return a row for each of the first that are not certain enough."""
    chosen = [one.row for one in spared if one.row is not None][:MOST_UNSURE]
    return [row | {"user": None} for row in _rows(chosen)]


def _rows(rows: Sequence[ProcessOverview]) -> list[dict[str, Any]]:
    """Return rows; the measure of what ending frees is only said where it is not USS of all."""
    by_uss = all(one.uss is not None for one in rows)
    return [_row(one) | ({"measure": None} if by_uss else {}) for one in rows]


def _row(one: ProcessOverview) -> dict[str, Any]:
    held = one.uss if one.uss is not None else one.rss
    return {
        "pid": one.pid,
        "program": one.program,
        "depth": one.depth,
        "kind": one.kind,
        "confidence": one.confidence,
        "frees": held,
        "measure": None if held is None else "RSS" if one.uss is None else "USS",
        "cpu_share": one.cpu_share,
        "age": one.age,
        "user": one.user,
        "command": one.command,
    }


def reasons(targets: Sequence[Target]) -> Iterator[tuple[str, str]]:
    """Yield why processes are to be ended: pids, and what holds for all of them, each reason once."""
    groups: dict[str, list[int]] = {}
    for target in targets:
        if target.row.reasons:
            groups.setdefault("; ".join(target.row.reasons), []).append(target.pid)
        for warning in target.warnings:
            groups.setdefault(f"note: {warning}", []).append(target.pid)
    yield from _told(groups)


def _told(groups: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, str]]:
    """Yield each text with the pids that it holds for, the first of them by number."""
    for text, pids in groups.items():
        rest = len(pids) - _NAMED
        more = f" and {grouped(rest)} more" if rest > 0 else ""
        yield f"pid {', '.join(map(str, pids[:_NAMED]))}{more}", text


def unsure_lines(plan: Plan) -> Iterator[str]:
    """Yield what is to be said of those that are not certain enough: how to end them, and what says why."""
    rest = len(plan.unsure) - MOST_UNSURE
    if rest > 0:
        yield f"{grouped(rest)} more: memdoctor ps shows them"
    words = {one.reason for one in plan.unsure if not one.reason.startswith("only ")}
    for reason in sorted(words):
        pids = ", ".join(str(one.pid) for one in plan.unsure if one.reason == reason)
        yield f"pid {pids}: {reason}"
    kind = " --orphans -v" if plan.asked.orphans else ""
    yield f"why: memdoctor ps{kind}; nevertheless: {line_to_type(plan)}"


def line_to_type(plan: Plan) -> str:
    """Return the line that ends by pid what is not certain enough."""
    return "memdoctor reap " + " ".join(str(one.pid) for one in plan.unsure)


def unsure_title(plan: Plan) -> str:
    """Return how sure it is about those that are not ended."""
    reasons = {one.reason for one in plan.unsure}
    sure = "only likely" if reasons == {"only likely"} else "only likely or possible"
    if reasons == {"only possible"}:
        sure = "only possible"
    return f"not ended: {sure if reasons <= {'only likely', 'only possible'} else 'not certain enough'}"


def held_back(plan: Plan) -> Iterator[str]:
    """Yield what was found and is not ended for another reason than doubt, each reason once."""
    groups: dict[str, list[str]] = {}
    for one in plan.spared:
        if one.why is Why.REFUSED and not one.named:
            name = f"pid {one.pid}" if one.row is None else f"{one.row.program} (pid {one.pid})"
            groups.setdefault("; ".join(part for part in (one.reason, one.help) if part), []).append(name)
    for text, names in groups.items():
        rest = len(names) - _NAMED
        more = f" and {grouped(rest)} more" if rest > 0 else ""
        yield f"not ended: {', '.join(names[:_NAMED])}{more}: {text}"


def spoken(one: Spared) -> str:
    """Return a process that is not ended, and why."""
    if one.row is None:
        return one.reason
    return f"{one.row.program} (pid {one.pid}): {one.reason}"


def outcome_rows(outcomes: Sequence[Outcome]) -> list[Mapping[str, Any]]:
    """Return a row for each process with what became of it."""
    return [
        {
            "pid": one.target.pid,
            "program": one.target.row.program,
            "depth": one.target.row.depth,
            "outcome": outcome(one),
        }
        for one in outcomes
    ]


def outcome(one: Outcome) -> str:
    """Return what became of a process in few words."""
    if one.end in (End.ENDED, End.ZOMBIE):
        took = f" after {duration(one.seconds)}" if one.seconds and one.seconds >= _SOON else ""
        zombie = ", a zombie" if one.end is End.ZOMBIE else ""
        return f"ended by {one.ended_by}{took}{zombie}"
    return _WORDS[one.end]


def details(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """Yield what is to be said of outcomes, each once with all pids that it holds for."""
    groups: dict[str, list[int]] = {}
    for one in outcomes:
        text = "; ".join(part for part in (one.detail, one.help) if part)
        if text:
            groups.setdefault(text, []).append(one.target.pid)
    yield from _told(groups)


def respawns(reaping: Reaping) -> Iterator[str]:
    """Yield what came back, who started it, and how to stop that."""
    for one in reaping.respawns:
        if one.is_left_behind:
            yield f"{one.parent} left {one.program} (pid {one.pid}) behind when it ended; {one.help}"
            continue
        yield (
            f"pid {one.instead_of} came back: {one.parent} has started {one.program} again "
            f"(pid {one.pid}); {one.help}"
        )


def question(plan: Plan) -> str:
    """Return what a person is asked before anything is signalled."""
    which = "this process" if len(plan.targets) == 1 else f"these {grouped(len(plan.targets))} processes"
    return f"End {which}?"


def answer(reaping: Reaping) -> str:
    """Return the last line: what was done, what is left, and what to do about that."""
    plan = reaping.plan
    if not plan.targets:
        return _nothing(plan)
    if reaping.declined:
        return "Nothing was ended."
    if reaping.interrupted and not any(one.signals for one in reaping.outcomes):
        return "Interrupted: nothing was signalled."
    if not reaping.done:
        many = count_of(len(plan.targets), "process", "processes")
        return f"A dry run: nothing was ended. --yes ends {many}, {memory(plan.cost)}."
    return "; ".join(_parts(reaping)) + "."


def _parts(reaping: Reaping) -> Iterator[str]:
    plan = reaping.plan
    gone = reaping.having(End.ENDED, End.ZOMBIE)
    if reaping.interrupted:
        asked = sum(bool(one.signals) for one in reaping.outcomes)
        yield f"interrupted: {asked} of {len(reaping.outcomes)} were signalled"
    weighed = {one.pid for one in plan.targets}  # what came only later was not
    cost = cost_of(one.target for one in gone if one.target.pid in weighed)
    freed = f", {memory(cost, done=True)}" if gone else ""
    yield f"{grouped(len(gone))} ended{freed}"
    by_itself = reaping.having(End.BEFORE)
    if by_itself:
        yield f"{len(by_itself)} had ended by {'itself' if len(by_itself) == 1 else 'themselves'}"
    yield from _left(reaping)
    for words, of_these in (
        ("came back", [one for one in reaping.respawns if not one.is_left_behind]),
        ("left behind by what ended", [one for one in reaping.respawns if one.is_left_behind]),
    ):
        if of_these:
            stops = dict.fromkeys(one.help for one in of_these)
            yield f"{len(of_these)} {words}: {', '.join(stops)}"
    if plan.refused:
        yield f"{grouped(len(plan.refused))} refused"


def _left(reaping: Reaping) -> Iterator[str]:
    for why, words in _STILL_THERE.items():
        count = sum(one.detail == why for one in reaping.having(End.LEFT))
        if count and not (reaping.interrupted and why is not Left.KILLED):
            yield f"{count} {words[0] if count == 1 else words[1]}"
    for end in (End.HELD, End.CHANGED, End.DENIED):
        found = reaping.having(end)
        if found:
            yield f"{len(found)} {_WORDS[end]}"


def _nothing(plan: Plan) -> str:
    if plan.refused:
        return "Nothing can be ended."
    parts = list(plan.notes)
    if plan.unsure:
        many = len(plan.unsure)
        parts.append(f"{many} {'is' if many == 1 else 'are'} not certain enough: {line_to_type(plan)}")
    elif plan.asked.orphans:
        parts.append("no orphan is certain")
    return f"Nothing to end: {'; '.join(parts)}." if parts else "Nothing to end."


def harmless(reaping: Reaping) -> Reaping:
    """Return it without what would steer a terminal: names and arguments are other people's texts."""
    from memdoctor.text import map_strings

    cleaned: Reaping = map_strings(reaping, printable)
    return cleaned
