"""SARIF 2.1.0, for code scanning: a run with its rules, results, inputs and problems."""

from typing import Any

import orjson

from memdoctor.findings import Finding, Report
from memdoctor.model import Problem
from memdoctor.reports import json, layout, plain_lines
from memdoctor.reports.fingerprints import fingerprints
from memdoctor.reports.layout import Paragraph
from memdoctor.reports.places import Place, Places
from memdoctor.reports.render import Style
from memdoctor.reports.sarif_files import BASES, Files
from memdoctor.reports.sarif_rules import LEVELS, described
from memdoctor.reports.worker_json import time
from memdoctor.rules.registry import documented

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
_STATES = {"new": "new", "worse": "updated"}
_MOST_PLACES = 10  # of a result, that code scanning takes


def render(report: Report, style: Style) -> str:
    """Return the report as a SARIF log with one run."""
    del style
    document = {"$schema": SCHEMA, "version": VERSION, "runs": [_Run(report).run()]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


class _Run:
    """One report on its way. A result is a finding with those that state the same fact."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._told = layout.paragraphs(report, detail=1)
        self._rules = list(dict.fromkeys(one.finding.rule for one in self._told))
        self._places = Places(report.sources)
        self._files = Files(report.sources)

    def run(self) -> dict[str, Any]:
        """Return the run."""
        report = self._report
        prints = fingerprints([one.finding for one in self._told])
        return {
            "tool": {
                "driver": {
                    "name": report.tool["name"],
                    "version": report.tool["version"],
                    "rules": [described(documented(name, report.own_rules)) for name in self._rules],
                }
            },
            "invocations": [self._invocation()],
            "originalUriBaseIds": BASES,
            "artifacts": self._files.artifacts(),
            "results": [self._result(*one) for one in zip(self._told, prints, strict=True)],
            "properties": {"summary": json.summary(report, {}), "left_out": plain_lines.left_out(report)},
        }

    def _invocation(self) -> dict[str, Any]:
        return {
            "executionSuccessful": not any(one.unread for one in self._report.problems),
            "exitCode": self._report.exit_code,
            "endTimeUtc": time(self._report.generated_at),
            "toolExecutionNotifications": [self._notification(one) for one in self._report.problems],
        }

    def _notification(self, problem: Problem) -> dict[str, Any]:
        text = f"{problem.message}; {problem.help}" if problem.help else problem.message
        return {
            "level": "error" if problem.unread else "warning",
            "message": {"text": text},
            "locations": [self._files.location(self._places.of_problem(problem))],
        }

    def _result(self, paragraph: Paragraph, fingerprint: str) -> dict[str, Any]:
        finding = paragraph.finding
        places = self._places.of(finding)
        return {
            "ruleId": finding.rule,
            "ruleIndex": self._rules.index(finding.rule),
            "level": LEVELS[finding.severity],
            "message": {"text": "\n".join(plain_lines.lines(paragraph))},
            "locations": self._stands(finding, places[:1]),
            "relatedLocations": [self._files.location(place) for place in places[1:_MOST_PLACES]],
            # By the second of them code scanning knows a result again.
            "partialFingerprints": {
                "memdoctorFinding/v1": fingerprint,
                "primaryLocationLineHash": f"{fingerprint}:1",
            },
            **_state(finding),
            "properties": _properties(paragraph),
        }

    def _stands(self, finding: Finding, places: list[Place]) -> list[dict[str, Any]]:
        """Return where a finding stands; what stands in no place is about the case, so all inputs."""
        subject = {"name": finding.subject.name, "kind": finding.subject.kind}
        case = [Place(source) for source in self._report.sources[:_MOST_PLACES]]
        return [self._files.location(place, subject) for place in places or case]


def _state(finding: Finding) -> dict[str, Any]:
    """Return whether it is in the baseline, where there is one: what is worse is known, and changed."""
    return {} if finding.change is None else {"baselineState": _STATES[finding.change]}


def _properties(paragraph: Paragraph) -> dict[str, Any]:
    """Return what SARIF has no field for, under the names of the JSON report."""
    whole = json.finding(paragraph.finding)
    kept = ("family", "confidence", "subject", "evidence", "impact_bytes", "samples")
    return {
        **{name: whole[name] for name in kept},
        "explains": [{"rule": one.rule, "note": one.note} for one in paragraph.folded],
    }
