"""What a machine or a listing rules out."""

from collections.abc import Callable, Sequence

from memdoctor.findings import ProcessesOverview, Report
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.units import count_of, duration, grouped

_REASONS = 3  # that several machines are told with


def _zombies(listed: ProcessesOverview) -> Verdict:
    known = [one for one in listed.processes if one.state]
    if len(known) < len(listed.processes) or not known:
        return not_decided("the state of processes is not reported", listed.source)
    count = sum((one.state or "").startswith("Z") for one in known)
    return decided(f"{count} of {grouped(len(known))} processes are in state Z", listed.source)


def _by_arguments(listed: ProcessesOverview) -> Verdict:
    of_users = [
        one for one in listed.processes if not one.is_kernel and not (one.state or "").startswith("Z")
    ]
    known = [one for one in of_users if one.command]
    if not known or len(known) < len(of_users):
        words = f"command lines of {grouped(len(known))} of {grouped(len(of_users))} processes are known"
        return not_decided(words, listed.source)
    return decided(f"none among the command lines of {grouped(len(known))} processes", listed.source)


def _orphans(listed: ProcessesOverview) -> Verdict:
    if not listed.live or any(one.unseen for one in listed.processes):
        words = "it is not known of every process who is at the other end of its streams"
        return not_decided(words, listed.source)
    return decided(f"none of {grouped(len(listed.processes))} processes", listed.source)


def _loops(listed: ProcessesOverview) -> Verdict:
    if listed.looks < 3 or not listed.span_seconds:
        return not_decided("few looks: what starts and ends again between them is not seen", listed.source)
    return decided(f"none in {listed.looks} looks over {duration(listed.span_seconds)}", listed.source)


def _of_each(judge: Callable[[ProcessesOverview], Verdict]) -> Judge:
    """Return a judge of all machines: what is not decided of one is not ruled out."""

    def of_report(report: Report) -> Verdict | None:
        verdicts = [judge(listed) for listed in report.overview.machines]
        told = [one for one in verdicts if not one.decided] or verdicts
        return _together(told) if len(verdicts) > 1 else next(iter(verdicts), None)

    return of_report


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict on all machines: each reason once, with where it holds."""
    places: dict[str, list[str | None]] = {}
    for one in verdicts:
        places.setdefault(one.because, []).append(one.place)
    reasons = sorted(places.items(), key=lambda item: -len(item[1]))
    told = [
        f"{why} ({where[0] if len(where) == 1 else count_of(len(where), 'machine')})"
        for why, where in reasons[:_REASONS]
    ]
    if left := sum(len(where) for _, where in reasons[_REASONS:]):
        told.append(f"the like, with other numbers, on {count_of(left, 'more machine')}")
    return verdicts[0]._replace(because="; ".join(told), place=None)


JUDGES: dict[str, Judge] = {
    "zombies": _of_each(_zombies),
    **dict.fromkeys(("duplicate-daemon", "same-session", "shared-data-directory"), _of_each(_by_arguments)),
    "orphaned-process": _of_each(_orphans),
    "respawn-loop": _of_each(_loops),
}
