"""V8 contexts are detached but still alive.

## What it means
A context (of `vm.createContext`, an iframe, a realm) was given up, but something still refers to
it. Each holds a whole set of built-in objects.

## Evidence
Node only: `detachedContexts` above 0. Bun always reports 0.

## What to do
Take a heap snapshot and look at the retainers of the detached contexts: usually a callback, a timer or
a cached object that came from inside.

## When it is wrong
A context that has just been given up is counted until the next major collection.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample

RULE = Rule("detached-contexts", "memory", Severity.WARNING, "V8 contexts detached but still alive")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each Node sample with detached contexts."""
    for look in measurements.looks:
        if look.runtime.is_node and look.detached_contexts > 0:
            yield about_sample(
                RULE,
                look,
                f"detached contexts that are still alive: {look.detached_contexts.value}",
                note="still alive",
                evidence=(look.detached_contexts, look.native_contexts),
                why="Something still refers to a context that was given up, and so keeps all of it.",
                help="take a heap snapshot and look at what retains the detached contexts",
                confidence=Confidence.LIKELY,
            )
