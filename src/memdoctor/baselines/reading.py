"""An earlier report, read from its file: JSON or JSON Lines. What is of the wrong kind is not taken."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from memdoctor.baselines import (
    Baseline,
    KnownEpisode,
    KnownFinding,
    KnownGrowth,
    KnownHeap,
    KnownLevel,
    KnownNumber,
    KnownProcess,
    KnownSample,
    KnownSampled,
)
from memdoctor.errors import UsageError
from memdoctor.telling_looks import telling

_LARGEST = 1 << 63
_VERSION = 1
_HELP = "a report that was written with: memdoctor analyze … -f json -o report.json"
_OF_LINES = {
    "sample": "samples",
    "levels": "levels",
    "heap": "heaps",
    "growth": "growth",
    "machine": "machines",
    "process": "processes",
    "episode": "episodes",
}
_LEVELS = ("median", "high", "end")
Document = dict[str, Any]


def read_baseline(name: str, data: bytes) -> Baseline:
    """Return the report in a file. Raises UsageError for what is none, or none that can be compared."""
    import orjson

    try:
        document = orjson.loads(data)
        if isinstance(document, dict) and document.get("type") == "summary":
            document = _of_lines(name, data)  # a report of one line
    except orjson.JSONDecodeError as error:
        document = _of_lines(name, data, error)
    return _baseline(name, _checked(name, document))


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
        elif kind == "heap_series":
            document["overview"][kind] = item
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
    levels = [_levels(*item) for item in listed(overview.get("levels"), _at("levels"))]
    named = (*(one.source for one in samples), *(one.source for one in findings))
    counted = _number(document["summary"].get("findings")) or 0
    heaps = _heaps(listed(overview.get("heaps"), _at("heaps")), overview.get("heap_series"))
    cut = _cut(document["summary"].get("cut"))
    return Baseline(
        name,
        _time(document.get("generated_at")),
        tuple(dict.fromkeys(filter(None, (*sources, *named)))),
        findings,
        samples,
        tuple(_sampled(samples, levels)),
        tuple(_growth(item) for item, _ in listed(overview.get("growth"), _at("growth"))),
        tuple(_process(*item) for item in listed(overview.get("processes"), _at("processes"))),
        tuple(heaps),
        tuple(_episodes(listed(overview.get("episodes"), _at("episodes")))),
        max(int(counted) - len(findings), 0),
        has_levels=bool(levels) or "samples" not in cut,
        cut=cut,
        machines=_machines(overview),
    )


def _machines(overview: Document) -> int:
    """Return of how many machines a report lists processes: a line each, or one and the others."""
    others = overview.get("other_machines")
    lines = overview.get("machines")
    return len(lines) if isinstance(lines, list) else 1 + len(others if isinstance(others, list) else ())


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


def _levels(item: Document, place: str) -> KnownSampled:
    """Return a process with its levels, as yet without its samples."""
    figures = item.get("figures")
    found = (
        (key, _level(level, f"{place}/figures/{key}"))
        for key, level in (figures if isinstance(figures, dict) else {}).items()
    )
    return KnownSampled(
        _text(item.get("process")) or "",
        _text(item.get("worker")),
        _text(item.get("source")) or "",
        (),
        {key: level for key, level in found if level is not None},
    )


def _level(item: Any, place: str) -> KnownLevel | None:
    if not isinstance(item, dict):
        return None
    looks, *figures = _number(item.get("looks")), *(_figure(item, key, place) for key in _LEVELS)
    median, high, end = figures
    if looks is None or median is None or high is None or end is None:
        return None
    return KnownLevel(int(looks), median, high, end)


def _sampled(samples: Sequence[KnownSample], levels: Sequence[KnownSampled]) -> Iterator[KnownSampled]:
    """Yield each sampled process with what is known of it; samples may be cut, levels missing."""
    shown: dict[str, list[KnownSample]] = {one.process: [] for one in levels}
    for sample in samples:
        shown.setdefault(sample.process, []).append(sample)
    of = {one.process: one for one in levels}
    for process, looks in shown.items():
        last = of.get(process) or looks[-1]
        figures = of[process].levels if process in of else _levels_of(looks)
        yield KnownSampled(process, last.worker, last.source, tuple(looks), figures)


def _levels_of(looks: Sequence[KnownSample]) -> dict[str, KnownLevel]:
    """Return the levels of the samples of an older report, which tells none."""
    numbers: dict[str, list[KnownNumber]] = {}
    for look in looks:
        for key, number in look.figures.items():
            numbers.setdefault(key, []).append(number)
    return {
        key: KnownLevel(len(known), *telling(known, lambda number: number.value))
        for key, known in numbers.items()
    }


def _cut(item: Any) -> frozenset[str]:
    return frozenset(item) if isinstance(item, dict) else frozenset()


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


def _heaps(items: Iterator[tuple[Document, str]], series: Any) -> Iterator[KnownHeap]:
    """Yield the snapshots; of those that are a series the last is the one that was judged."""
    sources = series.get("sources") if isinstance(series, dict) else None
    together = sources if isinstance(sources, list) else []
    for item, place in items:
        source, total = _text(item.get("source")) or "", _figure(item, "total_bytes", place)
        if total is not None:
            yield KnownHeap(source, total, judged=source not in together[:-1])


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
