"""The rows of tables that are made of records: everything but what is in a heap."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from functools import cached_property
from typing import Any

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.workers.overview import uptime
from memdoctor.findings import Finding, Report
from memdoctor.model import Event, Process
from memdoctor.tables.schema import Table

Row = Mapping[str, Any]


@dataclass(eq=False)
class Records:
    """The records of a case; `diagnosed` makes the report, if a table needs it."""

    measurements: Measurements
    diagnosed: Callable[[], Report]

    @cached_property
    def report(self) -> Report:
        """What was found."""
        return self.diagnosed()

    def rows(self, table: Table) -> list[Row]:
        """Return the rows of a table."""
        found: Iterator[tuple[Any, Row]] = _ROWS[table.name](self)
        return [_row(table, record, more) for record, more in found]


def _row(table: Table, record: Any, more: Row) -> Row:
    """Return a row: what is not in `more` is the field of the record with the column's name."""
    return {name: more[name] if name in more else getattr(record, name) for name in table.column_names}


def _samples(records: Records) -> Iterator[tuple[Any, Row]]:
    measurements = records.measurements
    for look in measurements.looks:
        process = measurements.process_names.get(look.sample.place)
        derived = {"peak_rss": look.peak_rss.value, "js_heap": look.js_heap.value}
        more = {"process": process, "runtime": look.runtime.name, "time": look.sample.at}
        yield look.sample, {**more, **derived}


def _processes(records: Records) -> Iterator[tuple[Any, Row]]:
    if not records.measurements.case.tables:
        return
    for number, machine in enumerate(records.measurements.machines):
        yield from _of_machine(number, machine)


def _of_machine(number: int, machine: Machine) -> Iterator[tuple[Any, Row]]:
    last = len(machine.looks.tables) - 1
    for look, listing in enumerate(machine.looks.tables):
        for process in listing.processes:
            verdict = machine.verdicts.get(process.pid) if look == last else None
            yield (
                process,
                {
                    "machine": number,
                    "look": look,
                    "time": listing.at,
                    "kind": verdict.kind if verdict else None,
                    "confidence": verdict.confidence.value if verdict else None,
                    **_program(process),
                },
            )


def _program(process: Process) -> Row:
    from memdoctor.analysis.processes.overview import command_of
    from memdoctor.analysis.processes.program import program_of

    program = program_of(process)
    command = command_of(process, show_arguments=False)
    return {"program": program.name, "family": program.family, "command": command}


def _apps(records: Records) -> Iterator[tuple[Any, Row]]:
    for app in records.measurements.case.apps:
        yield app, {"time": app.at, "uptime": uptime(app)}


def _events(records: Records) -> Iterator[tuple[Any, Row]]:
    for event in records.measurements.case.events:
        yield event, {"time": event.at, "last_time": event.last_at, "detail": _detail(event)}


def _detail(event: Event) -> str:
    return json.dumps(dict(event.detail), default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return what JSON has no word for: a record as its fields, anything else as a text."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _findings(records: Records) -> Iterator[tuple[Any, Row]]:
    for index, finding in enumerate(records.report.findings):
        subject = finding.subject
        yield (
            finding,
            {
                "source": subject.source,
                "finding": index,
                "severity": finding.severity.value,
                "confidence": finding.confidence.value,
                "kind": subject.kind,
                "subject": subject.name,
                "process": subject.process,
                "worker": subject.worker,
                "pid": subject.pid,
            },
        )


def _evidence(records: Records) -> Iterator[tuple[Any, Row]]:
    for index, finding in enumerate(records.report.findings):
        yield from _evidence_of(index, finding)


def _evidence_of(index: int, finding: Finding) -> Iterator[tuple[Any, Row]]:
    for evidence in finding.evidence:
        value = evidence.value
        is_text = isinstance(value, str)
        yield (
            evidence,
            {
                "source": finding.subject.source,
                "finding": index,
                "value": None if is_text else value,
                "text": value if is_text else None,
                "unit": evidence.unit or None,
            },
        )


def _sources(records: Records) -> Iterator[tuple[Any, Row]]:
    for source in records.measurements.case.sources:
        yield source, {"source": source.name, "bytes": source.size}


def _problems(records: Records) -> Iterator[tuple[Any, Row]]:
    for problem in records.report.problems:
        yield problem, {}


_ROWS: dict[str, Callable[[Records], Iterator[tuple[Any, Row]]]] = {
    "samples": _samples,
    "processes": _processes,
    "apps": _apps,
    "events": _events,
    "findings": _findings,
    "evidence": _evidence,
    "sources": _sources,
    "problems": _problems,
}
