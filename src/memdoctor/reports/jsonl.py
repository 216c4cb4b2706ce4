"""One JSON object a line: samples, growth, findings, problems, then the summary; `type` says which."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from memdoctor.findings import Report
from memdoctor.reports import json, worker_json
from memdoctor.reports.render import Style
from memdoctor.reports.row_limits import cut

_KINDS = {
    "apps": "app",
    "timeline": "moment",
    "episodes": "episode",
    "events": "event",
    "logs": "log",
    "watched": "watched",
}


def render(report: Report, style: Style) -> str:
    """Return the report as JSON Lines."""
    return "".join(orjson.dumps(line).decode() + "\n" for line in _lines(*cut(report, style.rows)))


def _lines(report: Report, left_out: Mapping[str, Mapping[str, int]]) -> Iterator[dict[str, Any]]:
    for sample in report.overview.samples:
        yield {"type": "sample", **json.sample(sample)}
    for levels in report.overview.levels:
        yield {"type": "levels", **json.levels(levels)}
    for heap in report.overview.heaps:
        yield {"type": "heap", **json.heap(heap)}
    if report.overview.heap_series is not None:
        yield {"type": "heap_series", **(json.heap_series(report.overview.heap_series) or {})}
    for machine in report.overview.machines:
        yield {"type": "machine", **(json.machine(machine) or {})}
        for process in machine.processes:
            yield {"type": "process", **json.process(process)}
    for name, items in worker_json.workers(report.overview).items():
        for item in items:
            yield {"type": _KINDS[name], **item}
    for growth in report.overview.growth:
        yield {"type": "growth", **json.growth(growth)}
    for finding in report.findings:
        yield {"type": "finding", **json.finding(finding)}
    for problem in report.problems:
        yield {"type": "problem", **json.problem(problem)}
    if report.compared is not None:
        yield {"type": "baseline", **(json.baseline(report.compared) or {})}
    yield {"type": "summary", **json.summary(report, left_out)}
