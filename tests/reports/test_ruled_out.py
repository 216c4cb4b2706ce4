"""What the investigation report rules out: nothing that the case, or its own answer, leaves open."""

import re
from pathlib import Path

from conftest import Cli


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
