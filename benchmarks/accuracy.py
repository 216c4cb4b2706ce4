"""How often a verdict on growth is right: series of real processes whose truth is known.

`python benchmarks/accuracy.py FOLDER` reads FOLDER/manifest.json: a list of objects with `file` (JSON Lines
of process.memoryUsage() with timestamp and uptime) and `reference_estimate_MiB_per_h`, by metric an object
with `verdict` and `slope`. It prints two tables; --write also puts them into docs/accuracy.md.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from into_docs import put

from memdoctor.analysis.measurements import Measurements
from memdoctor.model import Case, Sample
from memdoctor.overviews import Growth
from memdoctor.units import MiB, grouped, interval, rate

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
MARK = "accuracy"
METRICS = ("js_heap", "external", "rss")
# The metric → its names among the references: heapUsed of Node, live cells of Bun.
REFERENCES = {"js_heap": ("heapUsed", "jsCells"), "external": ("external",), "rss": ("rss",)}
SUBSETS = (2, 3, 5, 9, 12, 40)
YOUNG = 60  # seconds
FOUND = ("growing", "rising-uncollected")
TOLERANCE, LEAST = 0.15, 1.0  # of the reference slope; MiB/h
NAIVE = 100 * MiB / 3600  # first to last: called a leak from here on


@dataclass(frozen=True, slots=True)
class Labelled:
    """A recorded series, and for each metric whether it grows and by how many MiB per hour."""

    name: str
    samples: tuple[Sample, ...]
    grows: dict[str, bool]
    slopes: dict[str, float]


def labelled(folder: Path) -> Iterator[Labelled]:
    """Yield the series that the manifest of a folder names with a reference."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest:
        known = entry.get("reference_estimate_MiB_per_h")
        if known is None:
            continue
        references = {
            metric: next(known[name] for name in names if name in known)
            for metric, names in REFERENCES.items()
        }
        yield Labelled(
            Path(entry["file"]).stem,
            tuple(samples(folder / entry["file"])),
            {metric: reference["verdict"] == "growing" for metric, reference in references.items()},
            {metric: reference["slope"] for metric, reference in references.items()},
        )


def samples(path: Path) -> Iterator[Sample]:
    """Yield the samples of a file of JSON Lines, as one list."""
    for index, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        one: dict[str, Any] = json.loads(line)
        yield Sample(
            path.name,
            f"{path.name}#{index}",
            series=path.name,
            at=datetime.fromisoformat(one["timestamp"]),
            uptime=one["uptime"],
            rss=one["rss"],
            heap_total=one["heapTotal"],
            heap_used=one["heapUsed"],
            external=one["external"],
            array_buffers=one["arrayBuffers"],
        )


def judged(taken: Sequence[Sample]) -> dict[str, Growth]:
    """Return the verdict on each metric of samples of one process."""
    measurements = Measurements(Case(samples=tuple(taken)))
    [process] = measurements.sampled_processes
    return {growth.metric: growth for growth in measurements.growth if growth.process == process.name}


def whole(series: Sequence[Labelled]) -> tuple[list[str], Counter[str]]:
    """Return the table of whole series, and counts of what is right in it."""
    lines = [
        "| series | metric | verdict | slope, 90 % interval | reference | within 15 % |",
        "|---|---|---|---:|---:|---|",
    ]
    counts: Counter[str] = Counter()
    for one in series:
        for metric, growth in judged(one.samples).items():
            if metric not in METRICS:
                continue
            grows, reference = one.grows[metric], one.slopes[metric]
            close = abs(hourly(growth) - reference) <= max(TOLERANCE * abs(reference), LEAST)
            kind = "rss" if metric == "rss" and not grows else "grows" if grows else "rests"
            counts[kind] += 1
            counts[f"{kind} growing"] += growth.verdict == "growing"
            counts["close"] += grows and close
            ends = interval(growth.low or 0, growth.high or 0, growth.unit)
            slope = f"{rate(growth.per_second or 0, growth.unit)} {ends}"
            shown = f"{grouped(reference)} MiB/h" if grows else "does not grow"
            met = ("yes" if close else "**no**") if grows else ""
            lines.append(f"| {one.name} | {metric} | {growth.verdict} | {slope} | {shown} | {met} |")
    return lines, counts


def hourly(growth: Growth) -> float:
    """Return a slope in MiB per hour."""
    return (growth.per_second or 0) * 3600 / MiB


def subsets(series: Sequence[Labelled], count: int, seed: int) -> Iterator[str]:
    """Yield the table of `count` random subsets for each number of samples."""
    yield "| samples | false alarms | naive | found | naive | refused |"
    yield "|---:|---:|---:|---:|---:|---:|"
    chance = random.Random(seed)
    for size in SUBSETS:
        counts: Counter[str] = Counter()
        for _ in range(count):
            one = chance.choice(series)
            old = [sample for sample in one.samples if (sample.uptime or 0) >= YOUNG]
            counts.update(outcomes(one, judged(chance.sample(old, size))))
        rests, grows = counts["rests"], counts["grows"]
        cells = (
            f"{100 * counts['false alarm'] / rests:.1f} %",
            f"{100 * counts['naive false alarm'] / rests:.0f} %",
            f"{100 * counts['found'] / grows:.0f} %",
            f"{100 * counts['naive found'] / grows:.0f} %",
            f"{100 * counts['refused'] / (rests + grows):.1f} %",
        )
        yield f"| {size} | {' | '.join(cells)} |"


def outcomes(one: Labelled, growth: dict[str, Growth]) -> Iterator[str]:
    """Yield what became of each metric. An RSS that does not grow is not counted: it may well step up."""
    for metric in METRICS:
        if metric == "rss" and not one.grows[metric]:
            continue
        known = growth.get(metric)  # Bun's heap can be unknown in one of two samples
        verdict = known.verdict if known else "refused"
        naive = known is not None and known.difference > NAIVE * (known.span_seconds or 0)
        if verdict == "refused":
            yield "refused"
        if one.grows[metric]:
            yield "grows"
            yield from ("found",) * (verdict in FOUND) + ("naive found",) * naive
        else:
            yield "rests"
            yield from ("false alarm",) * (verdict == "growing") + ("naive false alarm",) * naive


def report(series: Sequence[Labelled], count: int, seed: int) -> str:
    """Return both tables as Markdown."""
    lines, counts = whole(series)
    summary = (
        f"{len(series)} series. Of {counts['grows']} metrics that grow, {counts['grows growing']} are "
        f"called growing, {counts['close']} with a slope within 15 % of the reference. Of "
        f"{counts['rests']} heap and external metrics that do not, {counts['rests growing']} are called "
        f"growing; of {counts['rss']} RSS metrics that do not, {counts['rss growing']}."
    )
    drawn = f"{grouped(count)} random subsets for each number of samples, seed {seed}."
    parts = ("### Whole series", "", summary, "", *lines, "", "### Few samples", "", drawn, "")
    return "\n".join((*parts, *subsets(series, count, seed)))


def main() -> None:
    """Judge, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds manifest.json and the series it names")
    parser.add_argument("--subsets", type=int, default=2000, help="for each number of samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    series = tuple(labelled(options.folder))
    print(text := report(series, options.subsets, options.seed))
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
