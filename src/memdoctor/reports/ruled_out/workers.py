"""What logs and looks of PM2 rule out."""

from memdoctor.findings import Report
from memdoctor.model import COLLECTIONS
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.units import grouped, percent

_TOLD_BY_LOGS = (
    *("heap-out-of-memory", "missing-module", "port-in-use", "uncaught-error", "listener-warning"),
    "crash-loop",
)


def _in_logs(report: Report) -> Verdict | None:
    logs = report.overview.logs
    if not logs:
        return not_decided("no log was read") if report.overview.apps else None
    lines = sum(one.lines for one in logs)
    times = [at for one in logs for at in (one.first_at, one.last_at) if at is not None]
    over = f", {min(times):%Y-%m-%d %H:%M} to {max(times):%Y-%m-%d %H:%M}" if times else ""
    return decided(f"in none of {grouped(lines)} lines{over}", logs[0].source)


def _spiral(report: Report) -> Verdict | None:
    traced = [one for one in report.overview.events if one.kind == COLLECTIONS]
    if traced:
        words = f"{grouped(len(traced))} traces of collections show none"
        return decided(words, f"{traced[0].source}:{traced[0].line}")
    any_log = report.overview.logs
    return not_decided("no log traces collections (--trace-gc)", any_log[0].source) if any_log else None


def _near_limit(report: Report) -> Verdict | None:
    apps = report.overview.apps
    shares = [(one.of_limit, one.place) for one in apps if one.of_limit is not None]
    if not apps:
        return None
    if len(shares) < len(apps):
        return not_decided(
            f"used heap and limit are known of {len(shares)} of {len(apps)} apps", apps[0].place
        )
    share, place = max(shares)
    return decided(f"at most {percent(share)} of the limit, in the last look", place)


JUDGES: dict[str, Judge] = {
    **dict.fromkeys(_TOLD_BY_LOGS, _in_logs),
    "gc-death-spiral": _spiral,
    "heap-near-limit": _near_limit,
}
