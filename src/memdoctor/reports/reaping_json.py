"""What was to be ended and what became of it as one JSON object, by `reap.schema.json` beside this file."""

from datetime import datetime
from typing import Any

import orjson

from memdoctor.endings import Outcome, Plan, Reaping, Respawn, Spared, Target
from memdoctor.reports.reaping import answer, harmless
from memdoctor.reports.worker_json import time
from memdoctor.version import VERSION

SCHEMA = "urn:memdoctor:reap:1"
SCHEMA_VERSION = 1
_REASONS = {
    0: "all are gone, or there was nothing to end",
    1: "something is left, or came back",
    2: "nothing could be done",
    130: "interrupted",
}


def render(reaping: Reaping, at: datetime, *, wait: float, force: bool) -> str:
    """Return a call of `memdoctor reap` as indented JSON with a final newline."""
    document = _document(harmless(reaping), at, wait=wait, force=force)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _document(reaping: Reaping, at: datetime, *, wait: float, force: bool) -> dict[str, Any]:
    asked = reaping.plan.asked
    return {
        "$schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "memdoctor", "version": VERSION},
        "generated_at": time(at),
        "asked": {
            "pids": list(asked.pids),
            "orphans": asked.orphans,
            "leaked": list(asked.leaked),
            "wait_seconds": wait,
            "force": force,
        },
        "dry_run": not reaping.done,
        "plan": _plan(reaping.plan),
        "outcomes": [_outcome(one) for one in reaping.outcomes],
        "respawns": [_respawn(one) for one in reaping.respawns],
        "log": reaping.log,
        "exit_code": reaping.exit_code,
        "exit_reason": _exit_reason(reaping),
        "answer": answer(reaping),
    }


def _exit_reason(reaping: Reaping) -> str:
    if reaping.exit_code == 1 and not reaping.done:
        return "a dry run: what is to be ended is still there"
    return _REASONS[reaping.exit_code]


def _plan(plan: Plan) -> dict[str, Any]:
    cost = plan.cost
    return {
        "targets": [_target(one) for one in plan.targets],
        "spared": [_spared(one) for one in plan.spared],
        "notes": list(plan.notes),
        "frees_bytes": cost.frees,
        "rss_bytes": sum(one.row.rss or 0 for one in plan.targets) if plan.targets else None,
    }


def _target(one: Target) -> dict[str, Any]:
    row = one.row
    return {
        "pid": row.pid,
        "started_at": time(row.started_at),
        "ppid": row.ppid,
        "with_pid": one.root,
        "depth": row.depth,
        "user": row.user,
        "program": row.program,
        "command": row.command,
        "kind": row.kind,
        "confidence": row.confidence,
        "reasons": list(row.reasons),
        "warnings": list(one.warnings),
        "frees_bytes": row.uss,
        "rss_bytes": row.rss,
        "age_seconds": row.age,
    }


def _spared(one: Spared) -> dict[str, Any]:
    row = one.row
    return {
        "pid": one.pid,
        "started_at": None if row is None else time(row.started_at),
        "program": None if row is None else row.program,
        "command": None if row is None else row.command,
        "kind": None if row is None else row.kind,
        "confidence": None if row is None else row.confidence,
        "reasons": [] if row is None else list(row.reasons),
        "named": one.named,
        "why": one.why,
        "reason": one.reason,
        "help": one.help,
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "pid": one.target.pid,
        "started_at": time(one.target.row.started_at),
        "outcome": one.end,
        "signals": list(one.signals),
        "seconds": one.seconds,
        "detail": one.detail,
        "help": one.help,
    }


def _respawn(one: Respawn) -> dict[str, Any]:
    return {
        "pid": one.pid,
        "started_at": time(one.started_at),
        "program": one.program,
        "instead_of": one.instead_of,
        "parent_pid": one.parent_pid,
        "parent": one.parent,
        "help": one.help,
        "is_left_behind": one.is_left_behind,
    }
