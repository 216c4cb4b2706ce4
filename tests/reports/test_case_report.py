"""The investigation report: it fits an issue, links nowhere, and states only what the case holds."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memdoctor.reports.case_report.causes import NAMES_CAUSE
from memdoctor.reports.case_report.room import MOST
from memdoctor.reports.markdown_text import code, line, safe
from memdoctor.reports.next_steps import WHEN
from memdoctor.rules.registry import NAMES, load

from builders import GIB, bun, document, write
from conftest import FIXTURES, HEAPDUMPS, SERIES, Cli

MAIN = HEAPDUMPS / "phantom-external.json"
_TO_COME = {"over-budget", "budget-not-checked"}


def markdown(cli: Cli, *words: str | Path) -> str:
    outcome = cli("analyze", *words, "-f", "markdown")
    assert len(outcome.out) <= MOST
    return outcome.out


def part(text: str, title: str) -> str:
    """Return one section of a report, empty where it has none."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return found[1] if found else ""


def test_every_rule_has_its_time() -> None:
    assert set(NAMES) <= set(WHEN)
    assert set(WHEN) - set(NAMES) <= _TO_COME


def test_what_names_a_cause_is_a_rule_and_says_when_it_is_wrong() -> None:
    assert set(NAMES) >= NAMES_CAUSE
    assert all("## When it is wrong" in load(name).documentation for name in NAMES)


def test_sections_stand_in_the_order_of_an_investigation(cli: Cli) -> None:
    titles = re.findall(r"^## (.*)$", markdown(cli, MAIN), re.M)
    expected = ["Problem", "System", "Evidence", "What is wrong", "Notes on the evidence", "Root causes"]
    later = ["Ruled out", "Not decided", "Next steps", "Artefacts", "How sure each claim is"]
    assert titles == expected + later


def test_artefacts_have_their_hash(tmp_path: Path, cli: Cli) -> None:
    digest = hashlib.sha256(MAIN.read_bytes()).hexdigest()
    assert digest in part(markdown(cli, MAIN), "Artefacts")
    piped = cli("analyze", "-", "-f", "markdown", stdin=MAIN.read_bytes()).out
    assert "standard input is not kept" in part(piped, "Artefacts")


def test_hashes_are_made_for_this_format_only(monkeypatch: pytest.MonkeyPatch, cli: Cli) -> None:
    from memdoctor.readers import fingerprint

    monkeypatch.setattr(fingerprint, "_sha256", lambda path: pytest.fail(f"{path} is hashed"))
    assert cli("analyze", MAIN, "--json").code == 0
    assert cli("analyze", MAIN, "-f", "markdown", "-q").code == 0


def test_two_dumps_rule_no_growth_out(tmp_path: Path, cli: Cli) -> None:
    for number, at in ((1, "2026-01-01T00:00:00Z"), (2, "2026-01-01T00:10:00Z")):
        made = document(uptimeSeconds=600.0 * number, timestamp=at, nodeVersion="v22.1.0")
        write(tmp_path / f"{number}.json", made)
    out = markdown(cli, tmp_path)
    assert "growing-heap" not in part(out, "Ruled out")
    assert "two samples are a difference" in part(out, "Not decided")


def test_what_was_not_asked_or_not_shown_is_not_ruled_out(cli: Cli) -> None:
    leak = SERIES / "node22-heap-leak.json"
    assert "`growing-heap`" in part(markdown(cli, leak), "What is wrong")
    for words in (
        ["--select", "evidence"],
        ["--ignore", "growth"],
        ["--min-severity", "error"],
        ["--top", "1"],
    ):
        assert "`growing-heap`" not in part(markdown(cli, leak, *words), "Ruled out"), words
    assert "external-not-resident" not in part(markdown(cli, MAIN, "--min-severity", "error"), "Ruled out")


def test_a_missing_figure_decides_nothing(tmp_path: Path, cli: Cli) -> None:
    path = write(tmp_path / "d.json", document(memory={"external": None, "arrayBuffers": None}))
    out = markdown(cli, path)
    assert "external-resident" in part(out, "Not decided")
    assert "external-resident" not in part(out, "Ruled out")


def test_no_cause_is_made_up(cli: Cli) -> None:
    assert "The case proves none" in part(markdown(cli, SERIES / "node22-heap-leak.json"), "Root causes")
    assert not part(markdown(cli, HEAPDUMPS / "node22-cc-fresh.json"), "Root causes")


def test_the_largest_cause_stands_first(cli: Cli) -> None:
    leaks = sorted((FIXTURES / "snapshots").glob("leaks-node20-*.xz"))
    rows = [row for row in part(markdown(cli, *leaks), "Root causes").splitlines() if row.startswith("| ")]
    assert "TimersList" in rows[1]
    assert rows[1].endswith("`growing-handles` |")
    assert len(rows) == 1 + 7


def test_every_claim_has_its_confidence(cli: Cli) -> None:
    out = markdown(cli, FIXTURES / "ps" / "evidence.jsonl")
    report = json.loads(cli("analyze", FIXTURES / "ps" / "evidence.jsonl", "--json").out)
    serious = [one for one in report["findings"] if one["severity"] != "info"]
    rows = [row for row in part(out, "How sure each claim is").splitlines() if row.startswith("| ")]
    assert len(rows) == len(serious) + 1
    assert all(re.search(r"\| (certain|likely|possible) \|", row) for row in rows[1:])


def test_steps_are_told_once_and_by_their_time(cli: Cli) -> None:
    steps = part(markdown(cli, FIXTURES / "pm2" / "timeline"), "Next steps")
    lines = [one for one in steps.splitlines() if one.startswith("- [ ]")]
    assert len(lines) == len(set(lines))
    assert steps.index("**Now**") < steps.index("**Soon**")


NASTY = (
    *(
        "@everyone",
        "#123",
        "GH-7",
        "owner/repo#9",
        "!5",
        "$x$",
        "<img src=x>",
        "[a](http://x.y)",
        "![i](u)",
    ),
    *(
        "http://evil.test/a",
        "www.evil.test",
        "`code`",
        "```",
        "| a | b |",
        "- item",
        "1. one",
        "# head",
        "---",
    ),
    *(
        "</details>",
        "&lt;",
        "**bold**",
        "_i_",
        "~~s~~",
        "mailto:a@b.cd",
        ":smile:",
        "\\",
        "> quote",
        "<!--",
    ),
)


@pytest.mark.parametrize("text", NASTY)
def test_text_of_files_is_only_text(text: str) -> None:
    for written in (safe(text), line(text)):
        assert not re.search(r"(?<!\\)[`*_\[\]|~]|<|>(?!;)|https?://|www\.|(?<![\w&])[@#!]\w", written), (
            written
        )
    assert not re.match(r"[-+=>#]|\d+[.)]", line(text))


@given(st.text(st.sampled_from("`|\\ a<"), max_size=30))
def test_nothing_ends_a_code_span(text: str) -> None:
    span = code(text)
    fence = re.match("`*", span)[0] if text.strip() else ""  # type: ignore[index]
    assert not fence or re.search(f"(?<!`){fence}(?!`)", span[len(fence) :]).end() == len(span) - len(fence)  # type: ignore[union-attr]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from([*NASTY, "&" * 400, "🚀" * 300, "\u202e" * 300, "A" * 1_900]), max_size=6
    )
)
def test_it_fits_an_issue_whatever_stands_in_the_files(words: list[str], tmp_path: Path, cli: Cli) -> None:
    text = " ".join(words)
    for number in range(40):
        made = bun(
            external=(3 + number) * GIB,
            rss=GIB,
            buffers=3 * GIB,
            sessionId=f"{number}",
            trigger=text,
            platform=text,
            pid=number + 1,
            protectedObjectTypeCounts={"StatWatcher": 300, text: 400},
        )
        write(tmp_path / f"{number}.json", made)
    assert "# Memory investigation" in markdown(cli, tmp_path)


def test_a_report_of_everything_fits(cli: Cli) -> None:
    out = markdown(cli, HEAPDUMPS, SERIES, FIXTURES / "ps", FIXTURES / "logs", FIXTURES / "pm2" / "v6")
    assert "… and " in out
    assert part(out, "Artefacts")
    assert out.count("<details>") == out.count("</details>")


def test_the_quiet_report_is_markdown_too(tmp_path: Path, cli: Cli) -> None:
    log = tmp_path / "a-error.log"
    log.write_text("2026-01-01T00:00:00Z Error: Cannot find module '@everyone/x#12'\n", encoding="utf-8")
    out = cli("analyze", log, "-q", "-f", "markdown").out
    assert "@everyone" not in out
    assert "everyone" in out or "module" in out


def test_a_view_fits_an_issue_too(cli: Cli) -> None:
    snapshot = FIXTURES / "snapshots" / "piles-node20-1.heapsnapshot.xz"
    out = cli("heap", "strings", snapshot, "--top", "0", "-f", "markdown").out
    assert len(out) <= MOST
    assert re.search(r"\u2026 [\d \u00a0\u202f]+ more", out)


@pytest.mark.parametrize(
    "folder",
    ["heapdumps", "series", "reports", "recordings", "ps", "logs", "pm2/v6", "pm2/near-limit", "tables"],
)
def test_what_is_ruled_out_was_not_found_and_has_its_numbers(folder: str, cli: Cli) -> None:
    for path in sorted((FIXTURES / folder).iterdir()):
        outcome = cli("analyze", path, "-f", "markdown")
        if outcome.code == 2:
            continue
        found = {one["rule"] for one in json.loads(cli("analyze", path, "--json").out)["findings"]}
        for row in re.findall(r"^\| .* \|$", part(outcome.out, "Ruled out"), re.M)[1:]:
            _, because, place, rules = row.strip("| ").split(" | ")
            assert re.search(r"\d", because), row
            assert place, row
            assert not found & set(re.findall("`([a-z0-9-]+)`", rules)), row
