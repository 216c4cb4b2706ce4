"""What logs and looks of PM2 rule out."""

from memdoctor.findings import Report
from memdoctor.model import COLLECTIONS
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.rules.about_workers import listed
from memdoctor.units import count_of, grouped, percent

_CAUSES_OF_ENDS = ("heap-out-of-memory", "missing-module", "port-in-use", "uncaught-error")


def _in_logs(report: Report) -> Verdict | None:
    logs = report.overview.logs
    if not logs:
        return not_decided("no log was read") if report.overview.apps else None
    lines = sum(one.lines for one in logs)
    times = [at for one in logs for at in (one.first_at, one.last_at) if at is not None]
    over = f", {min(times):%Y-%m-%d %H:%M} to {max(times):%Y-%m-%d %H:%M}" if times else ""
    return decided(f"in none of {grouped(lines)} lines{over}", logs[0].source)


def _in_error_logs(report: Report) -> Verdict | None:
    """Decide by the logs if they hold the errors of every app: else a rule has seen a part of them."""
    missing = report.overview.without_error_log
    if report.overview.logs and missing:
        which = "log of {} is" if len(missing) == 1 else "logs of {} are"
        return not_decided(f"the error {which.format(listed(missing))} not in the case")
    return _in_logs(report)


def _cause_of_ends(report: Report) -> Verdict | None:
    """Decide by the error logs; while an end has no told cause, any may be it."""
    open_ends = report.overview.unexplained
    verdict = _in_error_logs(report)
    if verdict is not None and verdict.decided and open_ends:
        return not_decided(f"no error in the logs explains why {listed(open_ends)} ended")
    return verdict


def _spiral(report: Report) -> Verdict | None:
    traced = [one for one in report.overview.events if one.kind == COLLECTIONS]
    if traced:
        show = "shows" if len(traced) == 1 else "show"
        words = f"{count_of(len(traced), 'trace')} of collections {show} none"
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
    **dict.fromkeys(_CAUSES_OF_ENDS, _cause_of_ends),
    "listener-warning": _in_error_logs,
    "crash-loop": _in_logs,
    "gc-death-spiral": _spiral,
    "heap-near-limit": _near_limit,
}
