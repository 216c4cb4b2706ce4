"""Each rule has a fixture that trips it and one that must not; each rule is documented."""

import re
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.findings import Finding
from memdoctor.rules import registry

from conftest import FIXTURES as FIXTURE_FILES
from conftest import HEAPDUMPS, ROOT, Cli

_LEAKS = ("snapshots/leaks-node20-*",)
# Rule → inputs that trip it, inputs that must not; with a folder where that is not heapdumps, and with a
# star for all snapshots of a series.
FIXTURES: dict[str, tuple[tuple[str, ...], str]] = {
    "external-not-resident": (("phantom-external",), "cc-33436"),
    "external-never-resident": (("phantom-external",), "cc-33436"),
    "external-resident": (("cc-33436",), "phantom-external"),
    "buffer-dominated": (("cc-33436",), "cc-33915"),
    "stream-buffer-capacity": (("cc-33449",), "cc-33436"),
    "other-external": (("cc-33915",), "cc-33510-a"),
    "native-resident": (("cc-33594",), "phantom-external"),
    "js-heap-large": (("node22-heap-large",), "node22-cc-fresh"),
    "at-high-water": (("cc-33494",), "cc-34219"),
    "burst-released": (("cc-33626",), "cc-33594"),
    "swapped-out": (("edited-swapped-out",), "node22-cc-fresh"),
    "private-memory": (("node22-cc-fresh",), "cc-33320"),
    "many-descriptors": (("node22-descriptors",), "cc-33436"),
    "detached-contexts": (("edited-detached-contexts",), "node22-cc-fresh"),
    "protected-objects": (("cc-79815",), "bun1.3.10-cc-fresh"),
    "busy-process": (("cc-79815",), "cc-34219"),
    "limit-forecast": (("series/node20-heap-limit",), "series/node22-heap-leak"),
    "growing-heap": (("series/node22-heap-leak",), "series/node22-sawtooth"),
    "growing-external": (("series/bun1.3.10-external-leak",), "series/node22-heap-leak"),
    "growing-rss": (("series/node20-native",), "series/node22-warmup-plateau"),
    "growing-handles": (("series/node20-descriptors",), "series/node20-native"),
    "growing-family": (("recordings/spawner.jsonl",), "recordings/leak-and-sawtooth.jsonl"),
    "heap-limit-not-applied": (("limits/asked-too-late",), "limits/asked-in-time"),
    "growing-collection": (_LEAKS, "snapshots/bun-a-*"),
    "growing-listeners": (_LEAKS, "snapshots/bun-a-*"),
    "growing-detached-dom": (("snapshots/chromium-detached-*",), "snapshots/leaks-node20-*"),
    "growing-buffers": (_LEAKS, "snapshots/bun-a-*"),
    "growing-strings": (_LEAKS, "snapshots/small-a-node12-*"),
    "growing-closures": (_LEAKS, "snapshots/small-a-node12-*"),
    "growing-object": (_LEAKS, "snapshots/small-a-node12-*"),
    "growing-class": (("snapshots/bun-a-*",), "snapshots/leaks-node20-*"),
    "growth-outside-heap": (
        (*_LEAKS, *(f"snapshots/leaks-node20-{number}.usage" for number in (1, 2, 3))),
        "snapshots/leaks-node20-*",
    ),
    "dominant-object": (("snapshots/piles-node20-1",), "snapshots/idle-node20-1"),
    "dominant-group": (("snapshots/bunjsc-a-1",), "snapshots/idle-node24-1"),
    "large-collection": (("snapshots/small-a-node12-1",), "snapshots/idle-node22-1"),
    "listener-pileup": (("snapshots/piles-node20-1",), "snapshots/idle-node20-1"),
    "duplicate-strings": (("snapshots/piles-node20-1",), "snapshots/small-i-node16-1"),
    "detached-dom": (("snapshots/chromium-detached-1",), "snapshots/idle-node20-1"),
    "closure-retention": (("snapshots/piles-node20-1",), "snapshots/idle-node20-1"),
    "large-buffers": (("snapshots/bun-g-1",), "snapshots/idle-node20-1"),
    "sparse-collection": (("snapshots/piles-node20-1",), "snapshots/idle-node20-1"),
    "many-handles": (("snapshots/piles-node20-1",), "snapshots/idle-node20-1"),
    "unaligned-snapshots": (("snapshots/bun-a-*",), "snapshots/leaks-node20-*"),
    "bun-missing-edges": (("snapshots/bunjsc-a-1",), "snapshots/idle-node20-1"),
    "orphaned-process": (("ps/evidence.jsonl",), "ps/heavy.txt"),
    "leaked-children": (("ps/ps_axo_full.txt",), "ps/heavy.txt"),
    "duplicate-daemon": (("ps/ps_aux.txt",), "ps/macos_ps_axo.txt"),
    "same-session": (("ps/ps_ef.txt",), "ps/macos_ps_axo.txt"),
    "shared-data-directory": (("ps/ps_axjf.txt",), "ps/macos_ps_axo.txt"),
    "zombies": (("ps/ps_axo_full.txt",), "ps/macos_ps_aux.txt"),
    "respawn-loop": (("ps/respawn/*",), "ps/ps_axo_full.txt"),
    "port-conflict": (("ps/ps_axo_full.txt", "ps/ss_ltnp.txt"), "ps/ps_axo_full.txt"),
    "stale-pidfile": (("ps/ps_axo_full.txt", "ps/worker.pid"), "ps/ps_axo_full.txt"),
    "stale-executable": (("ps/evidence.jsonl",), "ps/heavy.txt"),
    "busy-orphan": (("ps/macos_ps_axo.txt",), "ps/ps_axo_full.txt"),
    "memory-heavy-family": (("ps/heavy.txt",), "ps/ps_axo_full.txt"),
    "heap-usage-is-of-committed": (("pm2/seed-timeline.txt",), "pm2/v6/07_describe_nopmx.txt"),
    "heap-limit-unknown": (("pm2/v6/07_describe_leaky.txt",), "pm2/v6/07_describe_nopmx.txt"),
    "memory-limit-restarts": (("logs/pm2-v6.log",), "logs/pm2-logs-cut-v6.txt"),
    "heap-near-limit": (("pm2/near-limit/*",), "pm2/v6/06_jlist.txt.gz"),
    "stale-pm2-pid": (("pm2/stale/*",), "pm2/stale/*_jlist.json"),
    "bun-under-pm2": (("pm2/v6/07_describe_bunapp.txt",), "pm2/v6/07_describe_leaky.txt"),
    "crash-loop": (("logs/pm2-v6.log",), "logs/missing-node22.err"),
    "heap-out-of-memory": (("logs/oom-node22.err",), "logs/trace-gc-leak-node22.out"),
    "gc-death-spiral": (("logs/oom-node22.err",), "logs/trace-gc-node22.out"),
    "missing-module": (("logs/missing-node22.err",), "logs/port-node14.err"),
    "port-in-use": (("logs/port-node14.err",), "logs/missing-node22.err"),
    "uncaught-error": (("logs/rejection-node22.err",), "logs/missing-node22.err"),
    "listener-warning": (("logs/listeners-node22.err",), "logs/rejection-node22.err"),
    "over-budget": (("node22-heap-large",), "node22-cc-fresh"),
    "budget-not-checked": (("phantom-external",), "node22-heap-large"),
    "worse-than-baseline": (("node22-heap-large",), "node22-cc-fresh"),
    "not-one-process": (("cc-33449", "cc-34219"), "cc-33449"),
    "inconsistent-numbers": (("edited-inconsistent",), "node22-cc-fresh"),
    "runtime-is-bun": (("bun1.3.10-cc-fresh",), "node22-cc-fresh"),
    "rate-is-average": (("phantom-external",), "cc-33422"),
    "too-young": (("cc-33449",), "phantom-external"),
    "single-dump": (("phantom-external",), "cc-33422"),
    "fabricated-heap-limit": (("phantom-external",), "cc-33494"),
    "heap-limit-is-ram": (("cc-33494",), "phantom-external"),
    "max-rss-unit": (("phantom-external",), "cc-79815"),
    "derived-field": (("cc-58067",), "phantom-external"),
    "unit-ambiguous": (("cc-33626",), "phantom-external"),
    "canned-hint": (("cc-33594",), "phantom-external"),
    "handles-unknown": (("cc-33436",), "node22-cc-fresh"),
    "allocator-reservation": (("bun1.3.14-cc-fresh",), "cc-79815"),
    "incomplete-input": (("cc-58067",), "phantom-external"),
}
# Rules that speak of what is asked for: what is.
ASKED: dict[str, dict[str, Any]] = {
    "over-budget": {"budget": "js_heap=100MiB..200MiB"},
    "budget-not-checked": {"budget": "heap_of_limit=95%"},
    "worse-than-baseline": {"baseline": "fixtures/baselines/node22-cc-fresh.json"},
}


def fixtures(name: str) -> list[str]:
    """Return the paths of inputs in the table, from the root on."""
    folder, _, file = name.rpartition("/")
    if folder.startswith(("ps", "pm2", "logs", "recordings")):
        return [str(path.relative_to(ROOT)) for path in sorted((FIXTURE_FILES / folder).glob(file))]
    if folder == "snapshots" and not file.endswith(".usage"):
        paths = sorted((FIXTURE_FILES / folder).glob(f"{file}.*.xz"))
        assert paths, name
        return [f"fixtures/{folder}/{path.name}" for path in paths]
    return [f"fixtures/{folder or 'heapdumps'}/{file}.json"]


def _rules(*names: str, **asked: Any) -> set[str]:
    report = memdoctor.analyze(*(path for name in names for path in fixtures(name)), **asked)
    return {finding.rule for finding in report.findings}


def test_every_rule_has_its_fixtures() -> None:
    assert set(FIXTURES) == set(registry.NAMES)


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_rule_trips_and_does_not(rule: str) -> None:
    trips, must_not = FIXTURES[rule]
    asked = ASKED.get(rule, {})
    assert rule in _rules(*trips, **asked)
    assert rule not in _rules(must_not, **asked)


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_rule_is_one_documented_file(name: str, cli: Cli) -> None:
    loaded = registry.load(name)
    assert loaded.card.name == name
    assert name in registry.FAMILIES[loaded.card.family]
    headings = re.findall(r"^## (.+)$", loaded.documentation, re.MULTILINE)
    assert headings == ["What it means", "Evidence", "What to do", "When it is wrong"]
    assert set(loaded.card.explains) <= set(registry.NAMES)
    explained = cli("explain", name)
    assert explained.code == 0
    assert " ".join(loaded.documentation.split()) in " ".join(explained.out.split())
    assert max(map(len, explained.out.splitlines())) <= 80
    assert (ROOT / "docs" / "rules" / f"{name}.md").exists()


@pytest.mark.parametrize("path", sorted(FIXTURE_FILES.glob("*/*.json")), ids=lambda path: path.stem)
def test_every_finding_names_its_numbers_and_their_places(path: Path) -> None:
    for finding in memdoctor.analyze(str(path)).findings:
        assert finding.evidence
        assert finding.why
        assert finding.help
        assert all(item.pointer or item.formula for item in finding.evidence), finding.rule


def test_the_families_of_one_call_can_be_chosen() -> None:
    path = str(HEAPDUMPS / "phantom-external.json")
    families = {finding.family for finding in memdoctor.analyze(path, select=["memory"]).findings}
    assert families == {"memory"}
    ignored = memdoctor.analyze(path, ignore=["memory", "single-dump"]).findings
    assert {finding.family for finding in ignored} == {"evidence"}
    assert "single-dump" not in {finding.rule for finding in ignored}


def test_one_process_is_told_once_with_its_worst_sample() -> None:
    [finding] = [f for f in _of("cc-33422") if f.rule == "buffer-dominated"]
    assert finding.samples == 2
    assert finding.impact == 7_800_000_000


def _of(name: str) -> tuple[Finding, ...]:
    return memdoctor.analyze(str(HEAPDUMPS / f"{name}.json")).findings
