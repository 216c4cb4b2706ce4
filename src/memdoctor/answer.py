"""The last line of every report: the case in plain words, nothing that its numbers do not carry."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.sampled import SampledProcess
from memdoctor.answer_growth import follows, nothing_wrong, of_growth
from memdoctor.answer_heaps import of_heaps
from memdoctor.answer_watched import of_watched
from memdoctor.findings import Finding
from memdoctor.overviews import Growth
from memdoctor.rules.about_growth import RISING, statement
from memdoctor.text import capital
from memdoctor.units import MiB, count_of, duration, grouped, spoken_size

# Rules that the answer has sentences of its own for.
_IN_OWN_WORDS = frozenset(
    {
        "external-not-resident",
        "external-never-resident",
        "external-resident",
        "native-resident",
        "burst-released",
        "swapped-out",
        "js-heap-large",
        "inconsistent-numbers",
    }
)
_NAMED = 3
_MOVED = 8 * MiB  # below this a difference between samples is noise


def answer(measurements: Measurements, findings: Sequence[Finding]) -> str:
    """Return a few sentences that answer: what is it, and what would tell more."""
    budgets = " ".join(_of_budgets(measurements, findings))
    findings = [finding for finding in findings if finding.family != "budget"]
    processes = " ".join(_of_processes(measurements, findings))
    workers = " ".join(_of_workers(measurements, findings))
    recorded = " ".join(of_watched(measurements, findings))
    has_more = measurements.dumps or measurements.heaps
    samples = (
        _of_samples(measurements, findings) if has_more or not (processes or workers or recorded) else ""
    )
    return " ".join(part for part in (budgets, samples, workers, recorded, processes) if part)


def _of_budgets(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    if measurements.budgets:
        from memdoctor.answer_budgets import of_budgets

        yield from of_budgets(measurements, findings)


def _of_workers(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    if measurements.workers is not None:
        from memdoctor.answer_workers import of_workers

        yield from of_workers(measurements.workers, measurements, findings)
    elif measurements.case.logs and not measurements.dumps:
        lines = sum(log.lines for log in measurements.case.logs)
        yield f"No crash and no warning that memdoctor knows in {grouped(lines)} lines."


def _of_processes(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    if measurements.machines:
        from memdoctor.answer_processes import of_machines

        yield from of_machines(measurements.machines, findings)


def _of_samples(measurements: Measurements, findings: Sequence[Finding]) -> str:
    """Say what samples and snapshots show."""
    looks = measurements.dumps
    if not looks or (measurements.has_heap_series and len(measurements.sampled_processes) > 1):
        unread = "Nothing could be read, so nothing can be said."
        unsaid = "Nothing in it can be judged." if measurements.case.sources else unread
        return " ".join(of_heaps(measurements, findings)) or unsaid
    if len(looks) == 1:
        nothing = all(finding.severity == "info" for finding in findings)
        enough = looks[0].rss.known and (looks[0].js_heap.known or looks[0].heap_total.known)
        calm = (
            [
                f"{capital(nothing_wrong(measurements))} shows in it."
                if enough
                else "It holds too little to tell whether all is well."
            ]
            if nothing
            else []
        )
        sentences = [*_sizes(looks[0], findings), *calm, _next_for_one(looks[0])]
    elif len(measurements.sampled_processes) == 1:
        [process] = measurements.sampled_processes
        sentences = [*_sizes(looks[-1], findings, measurements.growth)]
        told = list(of_growth(measurements.growth, findings))
        sentences += told or _differences(process, measurements.growth)
    else:
        sentences = list(_several(measurements, findings))
    return " ".join([*of_heaps(measurements, findings), *sentences])


def _sizes(look: Look, findings: Sequence[Finding], growth: Sequence[Growth] = ()) -> Iterator[str]:
    """Say what the memory of one sample is made of."""
    found = {finding.rule for finding in findings if finding.subject.name == look.sample.place}
    if "inconsistent-numbers" in found:
        yield "The numbers contradict each other: do not rely on them."
    leaks = any(one.rule.startswith("growing-") and one.severity != "info" for one in findings)
    rises = any(g.metric == "js_heap" and g.verdict in RISING for g in growth)
    yield _heap(look, found, rises or leaks)
    if "external-not-resident" in found and "external-resident" not in found:
        missing = look.not_resident if look.not_resident <= look.external else look.external
        text = f"{_spoken(missing)} of the reported external memory is not in RAM"
        if "external-never-resident" in found:
            text += f", at least {_spoken(look.external - look.peak_rss)} never was at once"
        yield text + "."
    if "external-resident" in found:
        part = "" if look.rss >= look.external else "mostly "
        yield (
            f"External memory of {_spoken(look.external)} is {part}in RAM "
            f"(RSS {_spoken(look.rss)}): that is real."
        )
    if "native-resident" in found:
        yield f"{_spoken(look.native)} of the RSS is native memory that no heap snapshot shows."
    if "burst-released" in found and "external-not-resident" not in found:
        yield f"RSS is down from a peak of {_spoken(look.peak_rss)}: a burst was given back."
    if "swapped-out" in found:
        more = "" if "external-not-resident" in found else " more"
        yield f"{_spoken(look.swap)}{more} is in swap."
    yield from _not_yet_said(look, findings)


def _not_yet_said(look: Look, findings: Sequence[Finding]) -> Iterator[str]:
    """Say what else is wrong with a sample in the finding's own words: the answer leaves out no warning."""
    for finding in findings:
        own = finding.subject.name == look.sample.place and finding.severity != "info"
        if own and not finding.folded and finding.rule not in _IN_OWN_WORDS:
            yield f"{finding.message[:1].upper()}{finding.message[1:]}."


def _heap(look: Look, found: set[str], rises: bool) -> str:
    heap = look.js_heap
    if not heap.known:
        if look.runtime.is_bun and look.heap_used < look.external:
            return "How large the JS heap is cannot be told: Bun's heapUsed is older than its external."
        if look.heap_used.known:
            return "How large the JS heap is cannot be told: heapUsed may hold external memory here."
        committed = look.heap_total
        bound = f"; its committed part is {_spoken(committed)}" if committed.known else ""
        return f"The JS heap is not reported{bound}."
    if "js-heap-large" not in found and not rises:
        return f"The JS heap is small and healthy ({_spoken(heap)})."
    if look.runtime.is_node and heap >= look.heap_limit * 0.75:
        return f"The JS heap holds {_spoken(heap)}, near its limit of {_spoken(look.heap_limit)}."
    return f"The JS heap holds {_spoken(heap)}."


def _next_for_one(look: Look) -> str:
    if look.uptime < 60:
        age = duration(look.uptime.value)
        return (
            f"One dump, {age} after the start, cannot show a leak: "
            "take one after 10 minutes and a second 10 minutes later."
        )
    return "One dump cannot show a leak: take a second in 10 minutes."


def _differences(process: SampledProcess, growth: Sequence[Growth]) -> Iterator[str]:
    """Say what differs between the first and the last sample of one process, as a difference."""
    first, last = process.looks[0], process.looks[-1]
    moved = [
        f"{now.label} {'rose' if now > before else 'fell'} by {_spoken(now - before)}"
        for before, now in _pairs(first, last)
        if (now - before) >= _MOVED or (before - now) >= _MOVED
    ]
    span = (last.uptime - first.uptime).value
    over = f" ({duration(span)})" if span else ""
    told = ", ".join(moved) if moved else "no figure moved by 8 MiB or more"
    yield f"From the first to the last of {count_of(len(process.looks), 'sample')}{over} {told}."
    rss, heap = last.rss - first.rss, last.js_heap - first.js_heap
    if rss >= _MOVED and heap <= rss * 0.5:
        yield "Most of what the RSS gained lies outside the JS heap."
    reasons = dict.fromkeys(one.reason for one in growth if one.verdict == "refused")
    if any("no time" in reason for reason in reasons):
        yield "That is a difference; a rate of growth needs times."
        return
    yield f"That is a difference, not yet a trend{''.join(f'; {reason}' for reason in reasons)}."


def _pairs(first: Look, last: Look) -> Iterator[tuple[Figure, Figure]]:
    for name in ("rss", "js_heap", "external", "array_buffers"):
        yield getattr(first, name), getattr(last, name)


def _several(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    apart = any(finding.rule == "not-one-process" for finding in findings)
    count = len(measurements.sampled_processes)
    told = list(_growth_of_several(measurements.growth))
    if apart:
        yield "These samples are not of one process: the difference between two of them is no growth."
    elif not told:
        yield f"Nothing shows that these {grouped(count)} samples are one process: no growth can be told."
    alarming = sorted(
        {
            f.rule
            for f in findings
            if f.severity != "info" and f.rule != "not-one-process" and f.family != "processes"
        }
    )
    if alarming:
        yield f"Found in them: {', '.join(alarming)}."
    else:
        yield f"None of them shows anything {'else ' if measurements.is_over_budget else ''}wrong."
    yield from told or ["Take two dumps of one process, 10 minutes apart."]


def _growth_of_several(growth: Sequence[Growth]) -> Iterator[str]:
    """Name the processes that grow; nothing where no process has samples that can tell."""
    judged = [one for one in growth if one.verdict != "refused"]
    rising = [one for one in judged if one.verdict in RISING]
    rising = [one for one in rising if not follows(one, [o for o in rising if o.process == one.process])]
    for one in rising[:_NAMED]:
        yield f"In {one.process}, {statement(one)}."
    if rising[_NAMED:]:
        yield f"{count_of(len(rising) - _NAMED, 'more metric rises', 'more metrics rise')}."
    if judged and not rising:
        several = len({one.process for one in judged})
        has = "has" if several == 1 else "have"
        yield f"Nothing grows in the {grouped(several)} of them that {has} a series."


def _spoken(figure: Figure) -> str:
    return spoken_size(abs(figure.value or 0))
