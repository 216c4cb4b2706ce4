"""One JSON object, by `report.schema.json` beside this file."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from memdoctor.findings import (
    Evidence,
    Finding,
    HeapGrowth,
    HeapSeriesOverview,
    ProcessesOverview,
    ProcessOverview,
    Report,
    SampleOverview,
)
from memdoctor.model import Problem, Source
from memdoctor.overviews import Compared, Growth, HeapOverview, LevelsOverview
from memdoctor.reports.heap import notes
from memdoctor.reports.heap_series import remarks
from memdoctor.reports.render import Style
from memdoctor.reports.row_limits import cut
from memdoctor.reports.worker_json import time, workers

SCHEMA = "urn:memdoctor:report:1"
SCHEMA_VERSION = 1


def render(report: Report, style: Style) -> str:
    """Return the report as indented JSON with a final newline."""
    made = document(report, style.rows)
    return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"


def document(report: Report, rows: int | None = 0) -> dict[str, Any]:
    """Return the report as JSON values, with so many rows in each table (None: the usual, 0: all).

    Sizes are bytes, times ISO-8601 UTC, null is not reported.
    """
    report, left_out = cut(report, rows)
    return {
        "$schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "tool": dict(report.tool),
        "generated_at": time(report.generated_at),
        "sources": [source(item) for item in report.sources],
        "overview": {
            "samples": [sample(item) for item in report.overview.samples],
            "levels": [levels(item) for item in report.overview.levels],
            "heaps": [heap(item) for item in report.overview.heaps],
            "growth": [growth(item) for item in report.overview.growth],
            "heap_series": heap_series(report.overview.heap_series),
            "machine": machine(report.overview.processes),
            **_others([machine(item) for item in report.overview.other_machines]),
            "processes": [process(item) for one in report.overview.machines for item in one.processes],
            **workers(report.overview),
        },
        "findings": [finding(item) for item in report.findings],
        "problems": [problem(item) for item in report.problems],
        "baseline": baseline(report.compared),
        "summary": summary(report, left_out),
    }


def source(item: Source) -> dict[str, Any]:
    """Return a source as JSON values."""
    return {"name": item.name, "kind": item.kind, "format": item.format, "size": item.size}


def sample(item: SampleOverview) -> dict[str, Any]:
    """Return a sample: reported figures under their names, derived ones under `derived`."""
    figures = item.figures
    return {
        "source": item.source,
        "place": item.place,
        "process": item.process,
        "worker": item.worker,
        "at": time(item.at),
        "pid": item.pid,
        "platform": item.platform,
        "writer": item.writer,
        "document": item.document,
        "trigger": item.trigger,
        "runtime": item.runtime,
        "runtime_evidence": [evidence(witness) for witness in item.runtime_evidence],
        "heap_limit_kind": item.heap_limit_kind,
        **{name: None if figure.derived else figure.value for name, figure in figures.items()
           if name not in ALWAYS_DERIVED},
        "object_counts": dict(item.object_counts),
        "protected_counts": dict(item.protected_counts),
        "derived": {
            name: figure.value
            for name, figure in figures.items()
            if figure.derived or name in ALWAYS_DERIVED
        },
    }  # fmt: skip


ALWAYS_DERIVED = frozenset(
    {"js_heap_bytes", "other_external_bytes", "native_bytes", "not_resident_bytes", "cpu_seconds"}
)


def levels(item: LevelsOverview) -> dict[str, Any]:
    """Return the figures of a process over all its looks: reports are compared by them, so none is cut."""
    return {
        "source": item.source,
        "process": item.process,
        "worker": item.worker,
        "figures": {name: dict(level) for name, level in item.figures.items()},
    }


def heap(item: HeapOverview) -> dict[str, Any]:
    """Return a heap snapshot: its figures, all derived, and its largest classes."""
    return {
        "source": item.source,
        **item.figures,
        "classes": [dict(row) for row in item.classes],
        "notes": notes(item.figures),
    }


def heap_series(item: HeapSeriesOverview | None) -> dict[str, Any] | None:
    """Return several snapshots as one series, and what grows between them; None where there are none."""
    if item is None:
        return None
    return {
        "sources": list(item.sources),
        "order_by": item.order_by,
        "compared_by": item.by,
        "common_ids": item.common_ids,
        "common_ids_of_one_class": item.kept_ids,
        "seconds": None if item.times is None else list(item.times),
        "time_from": item.time_from,
        "span_seconds": item.span_seconds,
        "total_bytes": list(item.totals),
        "growth_bytes": item.total_growth,
        "bookkeeping_bytes": item.bookkeeping_bytes,
        "growth": [heap_growth(one) for one in item.growth],
        "notes": list(remarks(item)),
    }


def heap_growth(item: HeapGrowth) -> dict[str, Any]:
    """Return one thing that grows between snapshots."""
    return {
        "holder": item.holder,
        "kind": item.kind,
        "collection": item.collection,
        "collections": item.collections,
        "entry_class": item.entry,
        "counted": item.counted,
        "counts": list(item.counts),
        "retained_bytes": list(item.retained),
        "growth_bytes": item.growth_bytes,
        "share": item.share,
        "entry_bytes": item.entry_bytes,
        "entry_bytes_p95": item.entry_bytes_p95,
        "verdict": item.verdict,
        "monotonicity": item.monotonicity,
        "confidence": item.confidence,
        "per_hour": None if item.counts_per_second is None else item.counts_per_second * 3600,
        "bytes_per_hour": None if item.bytes_per_second is None else item.bytes_per_second * 3600,
        "path": item.path,
        "holder_id": item.holder_id,
        "entry_id": item.entry_id,
        "function": item.function,
        "nested": [
            {
                "name": one.name,
                "grown": one.grown,
                "seen": one.seen,
                "before": one.before,
                "after": one.after,
                "id": one.node_id,
            }
            for one in item.nested
        ],
        "held_by": list(item.held_by),
        "also": list(item.also),
    }


def growth(item: Growth) -> dict[str, Any]:
    """Return the verdict on one metric of one process, without its points."""
    return {
        "process": item.process,
        "metric": item.metric,
        "unit": item.unit,
        "verdict": item.verdict,
        "bytes_per_second": item.per_second if item.unit == "bytes" else None,
        "per_second": item.per_second,
        "low": item.low,
        "high": item.high,
        "confidence": item.confidence,
        "samples": item.samples,
        "span_seconds": item.span_seconds,
        "difference": int(item.difference),
        "reason": item.reason,
    }


def machine(item: ProcessesOverview | None) -> dict[str, Any] | None:
    """Return what the processes are of, and how many looks there were; None where there are none."""
    if item is None:
        return None
    return {
        "source": item.source,
        "live": item.live,
        "at": time(item.at),
        "looks": item.looks,
        "span_seconds": item.span_seconds,
        "memory_total_bytes": item.memory_total,
        "memory_available_bytes": item.memory_available,
        "swap_total_bytes": item.swap_total,
        "swap_used_bytes": item.swap_used,
    }


def _others(machines: list[dict[str, Any] | None]) -> dict[str, Any]:
    return {"other_machines": machines} if machines else {}


def _together(counts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return counts of several machines as one: numbers added up, also those below a name."""
    first = counts[0]
    return {
        name: _together([one[name] for one in counts])
        if isinstance(first[name], Mapping)
        else sum(one[name] for one in counts)
        for name in first
    }


def process(item: ProcessOverview) -> dict[str, Any]:
    """Return one process."""
    return {
        "source": item.source,
        "place": item.place,
        "pid": item.pid,
        "ppid": item.ppid,
        "started_at": time(item.started_at),
        "user": item.user,
        "state": item.state,
        "is_kernel": item.is_kernel,
        "worker": item.worker,
        "program": item.program,
        "family": item.family,
        "command": item.command,
        "kind": item.kind,
        "confidence": item.confidence,
        "reasons": list(item.reasons),
        "rss_bytes": item.rss,
        "pss_bytes": item.pss,
        "uss_bytes": item.uss,
        "swap_bytes": item.swap,
        "threads": item.threads,
        "cpu_percent": None if item.cpu_share is None else round(item.cpu_share * 100, 2),
        "cpu_is_recent": item.cpu_is_recent,
        "age_seconds": item.age,
        "not_visible": list(item.unseen),
    }


def finding(item: Finding) -> dict[str, Any]:
    """Return a finding as JSON values."""
    return {
        "rule": item.rule,
        "family": item.family,
        "severity": item.severity,
        "confidence": item.confidence,
        "subject": {
            "kind": item.subject.kind,
            "name": item.subject.name,
            "source": item.subject.source,
            "process": item.subject.process,
            "worker": item.subject.worker,
            "figure": item.subject.figure,
        },
        "topic": item.topic,
        "change": item.change,
        "message": item.message,
        "note": item.note,
        "evidence": [evidence(number) for number in item.evidence],
        "why": item.why,
        "help": item.help,
        "impact_bytes": item.impact,
        "explains": list(item.explains),
        "folded": item.folded,
        "samples": item.samples,
    }


def evidence(item: Evidence) -> dict[str, Any]:
    """Return a piece of evidence as JSON values."""
    return {
        "label": item.label,
        "value": item.value,
        "unit": item.unit,
        "pointer": item.pointer,
        "derived": item.derived,
        "formula": item.formula,
    }


def baseline(item: Compared | None) -> dict[str, Any] | None:
    """Return what the report was compared with; None if it was not."""
    if item is None:
        return None
    return {"name": item.name, "generated_at": time(item.at), "known": item.known, "gone": item.gone}


def problem(item: Problem) -> dict[str, Any]:
    """Return a problem as JSON values."""
    return {
        "source": item.source,
        "message": item.message,
        "help": item.help,
        "place": item.place,
        "unread": item.unread,
    }


def summary(report: Report, left_out: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the counts (of all findings, also those `--top` left out), the verdict and the answer.

    `left_out` are the tables with fewer rows than there are.
    """
    machines = report.overview.machines
    return {
        **report.counts,
        **({"processes": _together([one.counts for one in machines])} if machines else {}),
        "findings": sum(report.counts.values()),
        "shown": len(report.findings),
        "cut": {name: dict(counts) for name, counts in left_out.items()},
        "fail_on": report.fail_on,
        "exit_code": report.exit_code,
        "answer": report.answer,
        **({} if report.removed is None else {"removed": dict(report.removed)}),
    }
