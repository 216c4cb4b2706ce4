"""What the investigation report rules out: nothing that the case, or its own answer, leaves open."""

import json
import re
from pathlib import Path

import pytest

from conftest import FIXTURES, Cli


def part(cli: Cli, title: str, *words: str | Path) -> str:
    """Return one section of a report, empty where it has none."""
    out = cli("analyze", *words, "-f", "markdown").out
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", out, re.M | re.S)
    return found[1] if found else ""


def exits(app: str, count: int) -> str:
    """Return what PM2's own log says of a worker that ends again and again."""
    return "".join(
        f"2026-11-20T09:13:{2 * number:02}: PM2 log: App [{app}:0] exited with code [1]"
        " via signal [SIGINT]\n"
        for number in range(count)
    )


def test_the_errors_of_an_app_whose_log_is_missing_are_not_ruled_out(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "pm2.log").write_text(exits("api", 8), encoding="utf-8")
    (tmp_path / "web-error.log").write_text("2026-11-20T09:13:30Z all is well\n" * 9, encoding="utf-8")
    assert "uncaught-error" not in part(cli, "Ruled out", tmp_path)
    assert "the error log of api is not in the case" in part(cli, "Not decided", tmp_path)


def test_no_cause_of_an_unexplained_crash_loop_is_ruled_out(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "pm2.log").write_text(exits("api", 8), encoding="utf-8")
    log = tmp_path / "api-error.log"
    log.write_text("2026-11-20T09:13:30Z Error: boom after 2500ms\n" * 9, encoding="utf-8")
    ruled_out = part(cli, "Ruled out", tmp_path)
    assert "listener-warning" in ruled_out
    assert "uncaught-error" not in ruled_out
    assert "no error in the logs explains why api ended" in part(cli, "Not decided", tmp_path)


def test_what_an_app_prints_is_no_error_log(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "pm2.log").write_text(exits("api", 1), encoding="utf-8")
    (tmp_path / "api-out.log").write_text("2026-11-20T09:13:30Z ready\n" * 9, encoding="utf-8")
    assert "the error log of api is not in the case" in part(cli, "Not decided", tmp_path)


def looks(path: Path, **risen: int) -> Path:
    """Write forty looks, a minute apart; the last ten have what has risen, in MiB."""
    lines = []
    for number in range(40):
        memory = {"rss": 150, "heapTotal": 80, "heapUsed": 60, "external": 2, "arrayBuffers": 1}
        memory |= risen if number >= 30 else {}
        one = {"timestamp": f"2026-01-01T00:{number:02}:00Z", "pid": 7, "uptime": 1000 + 60 * number}
        lines.append(json.dumps(one | {name: size << 20 for name, size in memory.items()}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("rule", "risen"),
    [
        ("growing-heap", {"heapUsed": 200, "heapTotal": 220, "rss": 300}),
        ("growing-external", {"external": 3072, "arrayBuffers": 3071, "rss": 3400}),
    ],
)
def test_what_rose_without_a_trend_is_not_ruled_out(
    rule: str, risen: dict[str, int], tmp_path: Path, cli: Cli
) -> None:
    path = looks(tmp_path / "looks.jsonl", **risen)
    assert not {rule, "growing-rss"} & set(re.findall("`([a-z-]+)`", part(cli, "Ruled out", path)))
    assert f"`{rule}`" in part(cli, "Not decided", path)
    assert "Take more samples, over a longer time" in part(cli, "Next steps", path)


def test_ruled_out_growth_says_what_would_not_have_shown(cli: Cli) -> None:
    path = FIXTURES / "series" / "node22-sawtooth.json"
    assert "163 MiB/h would not show" in cli("analyze", path).out.replace("\n", " ")
    [row] = [one for one in part(cli, "Ruled out", path).splitlines() if "`growing-heap`" in one]
    assert "no growth by more than 163 MiB/h in" in row


def test_what_nobody_reported_is_not_decided(cli: Cli) -> None:
    path = FIXTURES / "recordings" / "leak-and-sawtooth.jsonl"
    not_decided = part(cli, "Not decided", path)
    assert "`growing-heap`" in not_decided
    assert "`growing-external`" in not_decided
    assert "as far as the RSS can tell" in part(cli, "Problem", path)
