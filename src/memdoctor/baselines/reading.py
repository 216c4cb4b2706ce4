"""An earlier report, read from its file: JSON or JSON Lines. What is of the wrong kind is not taken."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memdoctor.baselines import (
    Baseline,
    KnownEpisode,
    KnownFinding,
    KnownGrowth,
    KnownNumber,
    KnownProcess,
    KnownSample,
)
from memdoctor.errors import UsageError

_MOST_BYTES = 64 << 20
_LARGEST = 1 << 63
_VERSION = 1
_HELP = "a report that was written with: memdoctor analyze … -f json -o report.json"
_OF_LINES = {
    "sample": "samples",
    "heap": "heaps",
    "growth": "growth",
    "process": "processes",
    "episode": "episodes",
}
Document = dict[str, Any]


def read_baseline(name: str) -> Baseline:
    """Return the report in a file. Raises UsageError for what is none, or none that can be compared."""
    import orjson

    data = _bytes_of(name)
    try:
        document = orjson.loads(data)
        if isinstance(document, dict) and document.get("type") == "summary":
            document = _of_lines(name, data)  # a report of one line
    except orjson.JSONDecodeError as error:
        document = _of_lines(name, data, error)
    return _baseline(name, _checked(name, document))


def _bytes_of(name: str) -> bytes:
    """Return what is in a file, if it is one and not too large."""
    path = Path(name)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise UsageError(f"baseline {name} is no file", _HELP)
        if about.st_size > _MOST_BYTES:
            raise UsageError(f"baseline {name} is too large: {about.st_size >> 20} MiB", _HELP)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"baseline {name} cannot be read: {reason}", _HELP) from error


def _of_lines(name: str, data: bytes, why: Exception | None = None) -> Document:
    """Return a report of JSON Lines as one document; each line keeps its number as its place."""
    import orjson

    document: Document = {"$lines": True, "schema_version": _VERSION, "overview": {}, "findings": []}
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            item = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"baseline {name} is no JSON: {why or error}", _HELP) from error
        kind = item.get("type") if isinstance(item, dict) else None
        if kind in {"summary", "baseline"}:
            document[kind] = item
        elif kind == "finding":
            document["findings"].append({**item, "$line": number})
        elif kind in _OF_LINES:
            document["overview"].setdefault(_OF_LINES[kind], []).append({**item, "$line": number})
    return document


def _checked(name: str, document: Any) -> Document:
    is_report = isinstance(document, dict) and isinstance(document.get("findings"), list)
    if not is_report or not isinstance(document.get("summary"), dict):
        raise UsageError(f"baseline {name} is no report of memdoctor", _HELP)
    version = document.get("schema_version")
    if version != _VERSION:
        told = version if isinstance(version, int | str) else "no"
        raise UsageError(f"baseline {name} has schema version {told}, not {_VERSION}", "write it anew")
    if document.get("baseline") is not None:
        raise UsageError(
            f"baseline {name} was itself compared: it holds only what was new then",
            "write the report that is to be kept without --baseline",
        )
    return dict(document)


def _baseline(name: str, document: Document) -> Baseline:
    overview = document.get("overview")
    overview = overview if isinstance(overview, dict) else {}
    by_line = "$lines" in document

    def listed(items: Any, path: str) -> Iterator[tuple[Document, str]]:
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield item, f"{name}:{item['$line']}" if by_line else f"{name}#/{path}/{index}"

    findings = tuple(_finding(*item) for item in listed(document["findings"], "findings"))
    sources = (_text(item.get("name")) for item, _ in listed(document.get("sources"), "sources"))
    samples = tuple(_sample(*item) for item in listed(overview.get("samples"), _at("samples")))
    named = (*(one.source for one in samples), *(one.source for one in findings))
    counted = _number(document["summary"].get("findings")) or 0
    heaps = (
        _figure(item, "total_bytes", place) for item, place in listed(overview.get("heaps"), _at("heaps"))
    )
    return Baseline(
        name,
        _time(document.get("generated_at")),
        tuple(dict.fromkeys(filter(None, (*sources, *named)))),
        findings,
        samples,
        tuple(_growth(item) for item, _ in listed(overview.get("growth"), _at("growth"))),
        tuple(_process(*item) for item in listed(overview.get("processes"), _at("processes"))),
        tuple(one for one in heaps if one is not None),
        tuple(_episodes(listed(overview.get("episodes"), _at("episodes")))),
        max(int(counted) - len(findings), 0),
    )


def _at(part: str) -> str:
    return f"overview/{part}"


def _finding(item: Document, place: str) -> KnownFinding:
    subject = item.get("subject")
    subject = subject if isinstance(subject, dict) else {}
    evidence = item.get("evidence")
    numbers = (
        _evidence(one, f"{place}/evidence/{index}")
        for index, one in enumerate(evidence if isinstance(evidence, list) else ())
    )
    return KnownFinding(
        rule=_text(item.get("rule")) or "",
        severity=_text(item.get("severity")) or "",
        confidence=_text(item.get("confidence")) or "",
        kind=_text(subject.get("kind")) or "",
        name=_text(subject.get("name")) or "",
        source=_text(subject.get("source")),
        process=_text(subject.get("process")),
        worker=_text(subject.get("worker")),
        figure=_text(subject.get("figure")),
        topic=_text(item.get("topic")),
        impact=_figure(item, "impact_bytes", place),
        numbers=tuple(one for one in numbers if one is not None),
    )


def _evidence(item: Any, place: str) -> KnownNumber | None:
    if not isinstance(item, dict):
        return None
    value, unit = _number(item.get("value")), _text(item.get("unit")) or ""
    label = _text(item.get("label")) or ""
    return (
        None if value is None else KnownNumber(label, value, unit, place, item.get("derived") is not True)
    )


def _sample(item: Document, place: str) -> KnownSample:
    derived = item.get("derived")
    derived = derived if isinstance(derived, dict) else {}
    both = {**item, **{f"derived/{key}": value for key, value in derived.items()}}
    figures = {
        key.rpartition("/")[2]: KnownNumber(key, number, "", f"{place}/{key}", "/" not in key)
        for key, value in both.items()
        if (number := _number(value)) is not None
    }
    return KnownSample(
        _text(item.get("process")) or "",
        _text(item.get("worker")),
        _text(item.get("source")) or "",
        figures,
    )


def _growth(item: Document) -> KnownGrowth:
    return KnownGrowth(
        _text(item.get("process")) or "",
        _text(item.get("metric")) or "",
        _number(item.get("high")),
    )


def _process(item: Document, place: str) -> KnownProcess:
    memory = _number(item.get("pss_bytes"))
    return KnownProcess(
        _text(item.get("program")) or "",
        _text(item.get("kind")),
        _text(item.get("confidence")),
        _number(item.get("rss_bytes")) if memory is None else memory,
        item.get("is_kernel") is True,
        place,
    )


def _episodes(items: Iterator[tuple[Document, str]]) -> Iterator[KnownEpisode]:
    for item, place in items:
        at = _time(item.get("first_at"))
        if at is not None:
            yield KnownEpisode(_text(item.get("worker")) or "", at, f"{place}/first_at")


def _figure(item: Document, key: str, place: str) -> KnownNumber | None:
    value = _number(item.get(key))
    return None if value is None else KnownNumber(key, value, "bytes", f"{place}/{key}")


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < _LARGEST else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _time(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if at is None or at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
