"""PM2 runs the app with Bun: its heap figures do not mean what they mean under Node.

## What it means
Bun answers PM2's questions about V8 with figures of its own collector: used and total are the same
number, so the heap usage is always 100 %, and it holds external memory, as of the last collection.

## Evidence
The interpreter of the app is bun.

## What to do
Judge such an app by its RSS over time, and take a heap snapshot with Bun's own `generateHeapSnapshot`.

## When it is wrong
A script that starts Bun itself, with another interpreter in front, is not seen.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import is_bun
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_worker, of_workers

RULE = Rule("bun-under-pm2", "pm2", Severity.INFO, "PM2's heap figures of a Bun app are no V8 figures")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each app that Bun runs."""
    for worker, look in workers.shown:
        if not is_bun(look):
            continue
        place = look.places.get("interpreter", look.place)
        yield about_worker(
            RULE,
            worker,
            "its heap figures are Bun's: 100 % says nothing",
            note="Bun's figures: 100 % says nothing",
            evidence=(
                Evidence("interpreter", look.interpreter or "bun", "", place),
                Evidence("used", look.heap_used, "bytes", look.places.get("heap_used")),
                Evidence("committed", look.heap_total, "bytes", look.places.get("heap_total")),
            ),
            why="Bun reports one number as used and as total, with external memory in it",
            help="judge it by its RSS over time",
        )
