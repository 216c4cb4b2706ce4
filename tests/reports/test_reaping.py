"""What `memdoctor reap` prints, as whole texts: of a machine that was made up, 80 columns wide."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from memdoctor.analysis.processes.machine import DESCENDANT, LEAKED, ORPHAN
from memdoctor.endings import Asked, End, Outcome, Plan, Reaping, Respawn, Spared, Target, Why
from memdoctor.findings import Confidence, ProcessOverview
from memdoctor.model import Process
from memdoctor.reports import reaping_json, reaping_terminal
from memdoctor.reports.reaping import answer
from memdoctor.reports.render import Style

import golden_files
from conftest import Outcome as Printed

_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
_MIB = 1 << 20
_SIGNS = (
    "its parent is systemd (pid 1402)",
    "nobody writes to its input",
    "nobody reads its output",
    "the leader of its session is gone",
    "its program is tooling that a session starts",
)


def target(pid: int, program: str, root: int | None = None, **more: Any) -> Target:
    """Return a process that is to be ended."""
    facts: dict[str, Any] = {
        "ppid": 1402 if root is None else root,
        "user": "ann",
        "kind": ORPHAN if root is None else DESCENDANT,
        "confidence": Confidence.CERTAIN,
        "reasons": _SIGNS if root is None else (f"an orphan started it (pid {root})",),
        "rss": 212 * _MIB,
        "uss": 137 * _MIB,
        "cpu_share": 0.004,
        "age": 93_000.0,
        "depth": 0 if root is None else 1,
        "command": f"node /srv/plugins/{program} --stdio --session-id ***",
    } | more
    fixed: dict[str, Any] = {
        "source": "this machine",
        "place": f"/proc/{pid}",
        "state": "S",
        "family": None,
        "pss": None,
    }
    row = ProcessOverview(
        **fixed, pid=pid, program=program, swap=None, threads=11, cpu_is_recent=False,
        started_at=_AT - timedelta(seconds=facts["age"]), **facts,
    )  # fmt: skip
    process = Process(
        "this machine", f"/proc/{pid}", pid, row.ppid, user="ann", rss=row.rss, uss=row.uss, start_ticks=pid
    )
    return Target(process, row, root or pid)


LOST = target(31_204, "claude", command="claude --input-format stream-json --resume ***")
SERVER = target(31_290, "mcp-server-of-a-very-long-name-that-nobody-can-read.cjs", 31_204)
DEAF = target(4_194_303, "chroma-mcp", uss=1_402 * _MIB, rss=1_500 * _MIB, cpu_share=1.0)
LIKELY = target(977, "chroma-mcp", confidence=Confidence.LIKELY, uss=None)
POSSIBLE = target(1_203, "worker-service.cjs", confidence=Confidence.POSSIBLE)
UNSURE = tuple(
    Spared(one.pid, Why.UNSURE, f"only {one.row.confidence}", row=one.row) for one in (LIKELY, POSSIBLE)
)
HELD = Spared(55, Why.REFUSED, "it belongs to bob", "run it as bob or as root", target(55, "codex").row)
PLAN = Plan(Asked(orphans=True), (LOST, SERVER, DEAF), (*UNSURE, HELD), user="ann")
NAMED = Plan(
    Asked((LIKELY.pid, 1_500)),
    (
        replace(LIKELY, warnings=("PM2 (pid 812) starts it again: pm2 stop 3 keeps it from that",)),
        target(1_500, "psql", kind=None, confidence=None, reasons=(), user="bob", command="psql -h db"),
    ),
)
DONE = Reaping(
    PLAN,
    done=True,
    outcomes=(
        Outcome(LOST, End.ENDED, ("TERM",), 0.25),
        Outcome(
            SERVER,
            End.ZOMBIE,
            ("TERM",),
            0.0012,
            "a zombie until its parent asks about it; it holds no memory",
        ),
        Outcome(DEAF, End.LEFT, ("TERM",), None, "it ignores TERM", "--force kills it"),
    ),
    log="~/.local/state/memdoctor/reap.jsonl",
)
RETURNED = Reaping(
    NAMED,
    done=True,
    outcomes=(
        Outcome(NAMED.targets[0], End.ENDED, ("TERM", "KILL"), 5.021),
        Outcome(
            NAMED.targets[1], End.CHANGED, detail="psql (pid 1500) has started less (pid 1544) meanwhile"
        ),
    ),
    respawns=(Respawn(5_001, _AT, "chroma-mcp", LIKELY.pid, 812, "PM2 (pid 812)", "pm2 stop 3"),),
)
LEAVES = tuple(
    target(600 + n, "claude", kind=LEAKED, reasons=("9 children run claude",), rss=None, uss=None)
    for n in range(9)
)
TEXTS = {
    "reap-plan": reaping_terminal.plan(Reaping(PLAN), Style()),
    "reap-plan-named": reaping_terminal.plan(Reaping(NAMED), Style()),
    "reap-plan-leaked": reaping_terminal.plan(
        Reaping(Plan(Asked(leaked=(9,)), LEAVES, user="ann")), Style()
    ),
    "reap-unsure": reaping_terminal.plan(Reaping(Plan(Asked(orphans=True), (), UNSURE)), Style()),
    "reap-dry-run": reaping_terminal.result(Reaping(PLAN), Style()),
    "reap-nothing": reaping_terminal.result(Reaping(Plan(Asked(orphans=True), (), UNSURE)), Style()),
    "reap-ended": reaping_terminal.result(DONE, Style()),
    "reap-returned": reaping_terminal.result(RETURNED, Style()),
    "reap-json": reaping_json.render(DONE, _AT, wait=5.0, force=False),
}


@pytest.mark.parametrize("name", TEXTS)
def test_output(name: str) -> None:
    golden_files.check(name, ["reap"], Printed(0, TEXTS[name], ""))


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "reap-json"])
def test_nothing_is_wider_than_80_columns(name: str) -> None:
    assert max(map(len, TEXTS[name].splitlines())) <= 80


@pytest.mark.parametrize("reaping", [DONE, RETURNED, Reaping(PLAN), Reaping(NAMED, interrupted=True)])
def test_the_json_fits_its_schema(reaping: Reaping) -> None:
    import json
    from importlib.resources import files

    schema = json.loads((files("memdoctor.reports") / "reap.schema.json").read_text(encoding="utf-8"))
    document = json.loads(reaping_json.render(reaping, _AT, wait=5.0, force=True))
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["exit_code"] == reaping.exit_code


REFUSED = Spared(1, Why.REFUSED, "pid 1 keeps the machine or the container running", named=True)
ENDED = Outcome(LOST, End.ENDED, ("TERM",), 0.1)
ONE = Plan(Asked((LOST.pid,)), (LOST,))


@pytest.mark.parametrize(
    ("reaping", "code"),
    [
        (Reaping(ONE, done=True, outcomes=(ENDED,)), 0),
        (Reaping(ONE, done=True, outcomes=(replace(ENDED, end=End.ZOMBIE),)), 0),
        (Reaping(ONE, done=True, outcomes=(replace(ENDED, end=End.BEFORE),)), 0),
        (Reaping(ONE, done=True, outcomes=(replace(ENDED, end=End.LEFT),)), 1),
        (Reaping(ONE, done=True, outcomes=(replace(ENDED, end=End.HELD),)), 1),
        (Reaping(ONE, done=True, outcomes=(replace(ENDED, end=End.CHANGED),)), 1),
        (Reaping(ONE, done=True, outcomes=(ENDED, replace(ENDED, end=End.DENIED))), 1),
        (Reaping(ONE, done=True, outcomes=(replace(ENDED, end=End.DENIED),)), 2),
        (Reaping(ONE, done=True, outcomes=(ENDED,), respawns=RETURNED.respawns), 1),
        (Reaping(replace(ONE, spared=(REFUSED,)), done=True, outcomes=(ENDED,)), 1),
        (Reaping(ONE, done=True, outcomes=(ENDED,), interrupted=True), 130),
        (Reaping(ONE, interrupted=True), 130),
        (Reaping(ONE), 1),
        (Reaping(ONE, declined=True), 1),
        (Reaping(Plan(Asked((1,)), (), (REFUSED,))), 2),
        (Reaping(Plan(Asked(orphans=True), (), (HELD, *UNSURE))), 0),
        (Reaping(Plan(Asked(orphans=True))), 0),
    ],
)
def test_the_exit_code(reaping: Reaping, code: int) -> None:
    assert reaping.exit_code == code
    assert answer(reaping).endswith(".")


def test_the_answer_is_one_line() -> None:
    assert answer(DONE) == "2 ended, 274 MiB freed; 1 ignores TERM: --force."
    assert answer(Reaping(Plan(Asked(orphans=True)))) == "Nothing to end: no orphan is certain."
