"""PM2's heap usage is a share of the committed heap, not of the limit.

## What it means
`Heap Usage` in `pm2 describe` and `pm2 monit` is used ÷ committed. V8 commits memory as it needs it and
gives it back after a collection, so the share is often high, in a healthy program as in one that leaks. It
can rise *because* a collection ran: V8 made the committed heap smaller.

## Evidence
Used and committed heap of a look, and their quotient. Measured on PM2 6 with Node 20 over six minutes:
a flat heap of 8 MiB showed 84 to 93 %, a bounded sawtooth 45 to 96 %, a real leak 83 to 97 %. On PM2 7 with
Node 22 a worker in which no growth was found showed 38 to 66 %.

## What to do
Watch `Used Heap Size` after collections over time: several `pm2 jlist` or `memdoctor pm2 --for 10m`. To
know how near the limit is, compare with the limit, not with what is committed.

## When it is wrong
Never: it says what the number is, not whether the program is healthy.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_workers, heap_looks, usage
from memdoctor.units import percent

RULE = Rule(
    "heap-usage-is-of-committed", "pm2", Severity.INFO, "heap usage is used ÷ committed, not ÷ limit"
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield one finding for all workers whose heap usage is shown."""
    looks = [look for look in heap_looks(measurements) if usage(look).known]
    if not looks:
        return
    highest = max(looks, key=lambda look: usage(look).value or 0)
    least, most = (percent(end(usage(look).value or 0 for look in looks)) for end in (min, max))
    shown = most if least == most else f"{least} to {most}"
    yield about_workers(
        RULE,
        looks,
        f"{shown} heap usage is used ÷ committed, not ÷ limit",
        note="used ÷ committed, not ÷ limit",
        evidence=(highest.heap_used, highest.heap_total, usage(highest), *_reported(highest)),
        why="V8 sizes the committed heap to what is used, so the share is often high in a healthy program"
        + _rose_while_it_fell(looks),
        help="judge the used heap after collections over time; compare it with the limit",
    )


def _reported(look: Look) -> Iterator[Evidence]:
    if look.sample.heap_usage is not None:
        yield Evidence(
            "as shown",
            look.sample.heap_usage,
            "share",
            look.sample.places.get("heap_usage", look.sample.place),
        )


def _rose_while_it_fell(looks: Sequence[Look]) -> str:
    """Say that the share rose though the heap did not, where looks at one process show that."""
    for before, after in pairwise(looks):
        smaller = after.heap_used <= before.heap_used and after.heap_total < before.heap_total
        same = before.sample.series == after.sample.series
        if same and smaller and usage(after) > usage(before):
            return "; here it rose while the used heap fell: V8 gave committed memory back"
    return ""
