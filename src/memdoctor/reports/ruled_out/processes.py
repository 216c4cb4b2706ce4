"""What a machine or a listing rules out."""

from memdoctor.findings import Report
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.units import duration, grouped


def _zombies(report: Report) -> Verdict | None:
    listed = report.overview.processes
    if listed is None:
        return None
    known = [one for one in listed.processes if one.state]
    if len(known) < len(listed.processes) or not known:
        return not_decided("the state of processes is not reported", listed.source)
    count = sum((one.state or "").startswith("Z") for one in known)
    return decided(f"{count} of {grouped(len(known))} processes are in state Z", listed.source)


def _by_arguments(report: Report) -> Verdict | None:
    listed = report.overview.processes
    if listed is None:
        return None
    of_users = [
        one for one in listed.processes if not one.is_kernel and not (one.state or "").startswith("Z")
    ]
    known = [one for one in of_users if one.command]
    if not known or len(known) < len(of_users):
        words = f"command lines of {grouped(len(known))} of {grouped(len(of_users))} processes are known"
        return not_decided(words, listed.source)
    return decided(f"none among the command lines of {grouped(len(known))} processes", listed.source)


def _orphans(report: Report) -> Verdict | None:
    listed = report.overview.processes
    if listed is None:
        return None
    if not listed.live or any(one.unseen for one in listed.processes):
        words = "it is not known of every process who is at the other end of its streams"
        return not_decided(words, listed.source)
    return decided(f"none of {grouped(len(listed.processes))} processes", listed.source)


def _loops(report: Report) -> Verdict | None:
    listed = report.overview.processes
    if listed is None:
        return None
    if listed.looks < 3 or not listed.span_seconds:
        return not_decided("few looks: what starts and ends again between them is not seen", listed.source)
    return decided(f"none in {listed.looks} looks over {duration(listed.span_seconds)}", listed.source)


JUDGES: dict[str, Judge] = {
    "zombies": _zombies,
    **dict.fromkeys(("duplicate-daemon", "same-session", "shared-data-directory"), _by_arguments),
    "orphaned-process": _orphans,
    "respawn-loop": _loops,
}
