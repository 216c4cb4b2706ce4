"""Apps that PM2 was watched with for six minutes: what is known of each is what comes out."""

from functools import cache

import pytest

import memdoctor
from memdoctor.findings import Finding, Report
from memdoctor.overviews import Growth

from conftest import FIXTURES
from conftest import ROOT as _ROOT

_MINUTE, _MIB = 60, 1 << 20
_CALM = ("healthy", "clust (id 2)", "clust (id 3)", "listeners", "claude-mem-worker", "воркер 名前 🚀")
_RISING = {"growing", "rising-uncollected"}


@cache
def _report() -> Report:
    return memdoctor.analyze(str((FIXTURES / "pm2" / "timeline").relative_to(_ROOT)))


def _findings(worker: str) -> dict[str, Finding]:
    return {one.rule: one for one in _report().findings if one.subject.worker == worker}


def _heaps(worker: str) -> list[Growth]:
    """Return the verdicts on the heap of a worker, one for each life."""
    names = {one.process for one in _report().overview.growth if one.process.split(", ")[0] == worker}
    return [one for one in _report().overview.growth if one.process in names and one.metric == "js_heap"]


def test_a_leak_grows_at_its_pace() -> None:
    [heap] = [one for one in _heaps("leaky") if one.samples > 2]
    assert heap.verdict == "growing"
    assert 7 <= (heap.per_second or 0) * _MINUTE / _MIB <= 9
    assert "growing-heap" in _findings("leaky")


@pytest.mark.parametrize("worker", _CALM)
def test_what_does_not_leak_does_not_grow(worker: str) -> None:
    assert not {one.verdict for one in _heaps(worker)} & _RISING
    assert _findings(worker).keys() <= {"heap-usage-is-of-committed", "heap-limit-unknown"}


def test_a_loop_that_pm2_calls_online() -> None:
    [app] = [one for one in _report().overview.apps if one.worker == "leakfast"]
    assert (app.status, app.unstable_restarts, app.restarts) == ("online", 0, 10)
    loop = _findings("leakfast")["crash-loop"]
    assert loop.severity == "error"
    assert "growing-heap" not in _findings("leakfast")


def test_of_a_loop_every_life_is_judged_by_itself() -> None:
    heaps = _heaps("leakfast")
    assert len(heaps) > 5
    assert {one.verdict for one in heaps} == {"refused"}  # each lived for half a minute


def test_a_known_limit_is_what_the_heap_is_compared_with() -> None:
    apps = {one.worker: one for one in _report().overview.apps}
    assert apps["leakfast"].heap_limit == 96 * _MIB
    assert 0 < (apps["leakfast"].of_limit or 0) < 1
    assert apps["leaky"].heap_limit is apps["leaky"].of_limit is None


def test_what_pm2_has_given_up_or_stopped() -> None:
    assert _findings("crashloop").keys() == {"crash-loop"}
    assert not _findings("tostop")


def test_every_app_has_an_entry_also_without_metrics() -> None:
    apps = {one.worker: one for one in _report().overview.apps}
    assert len(apps) == 12
    assert (apps["pyscript"].heap_used, apps["pyscript"].rss) == (None, apps["pyscript"].rss)
    assert apps["pyscript"].rss
