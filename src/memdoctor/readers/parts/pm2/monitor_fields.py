"""An app as PM2's daemon describes it: an element of `pm2 jlist`, and of what getMonitorData answers.

Its environment is there as well. Of that the limit of the heap and PM2's home are read; no more is kept.
"""

from collections.abc import Mapping
from typing import Any

from memdoctor.cuts import beginning
from memdoctor.model import App, Problem
from memdoctor.readers.parts import values
from memdoctor.readers.parts.heap_flags import in_node_options, is_share
from memdoctor.readers.parts.json_text import pointer
from memdoctor.readers.parts.pm2.app_draft import AppDraft
from memdoctor.readers.parts.pm2.app_values import (
    count,
    home,
    is_absent,
    mode,
    path,
    program,
    share,
    size,
    some,
)

# Metrics keep their type; their names an app may give to its own, too.
_METRICS = {
    "heap_used": ("internal/v8/heap/used", "Used Heap Size"),
    "heap_total": ("internal/v8/heap/total", "Heap Size"),
    "heap_usage": ("internal/v8/heap/usage", "Heap Usage"),
    "handles": ("internal/libuv/handles", "Active handles"),
    "requests": ("internal/libuv/requests", "Active requests"),
}
_NO_SIZES = {"heap_usage": share, "handles": count, "requests": count}

# Field → its key in `pm2_env`, and what it must be.
_SETTINGS = {
    "status": ("status", values.text),
    "mode": ("exec_mode", mode),
    "restarts": ("restart_time", count),
    "unstable_restarts": ("unstable_restarts", count),
    "script": ("pm_exec_path", path),
    "interpreter": ("exec_interpreter", program),
    "node_version": ("node_version", values.text),
    "memory_limit": ("max_memory_restart", size),
    "error_log": ("pm_err_log_path", path),
    "out_log": ("pm_out_log_path", path),
    "home": ("pm_pid_path", home),
    "started_at": ("pm_uptime", values.moment),
    "created_at": ("created_at", values.moment),
    "pm_id": ("pm_id", count),
}
_OPTIONS, _HOME = "NODE_OPTIONS", "PM2_HOME"
_MOST_ARGUMENTS = 1000
_LONGEST = 200  # characters of a unit, a number, or the name of a metric


def app_of(entry: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> App | None:
    """Return the app that an element describes; `name` is the source, `place` where the element stands.

    None, with a problem, if it describes none: the modules of PM2 itself are no apps.
    """
    draft, env = AppDraft(name, problems), entry.get("pm2_env")
    if not isinstance(env, dict):
        draft.tell("an element without pm2_env is no app of PM2: left out", place)
        return None
    draft.take_name(entry.get("name"), pointer(place, "name"))
    draft.take("pm_id", entry.get("pm_id"), count, pointer(place, "pm_id"))
    draft.take("pid", entry.get("pid"), some, pointer(place, "pid"))
    monit = entry.get("monit")
    if isinstance(monit, dict):
        draft.take("rss", monit.get("memory"), some, pointer(pointer(place, "monit"), "memory"))
    of_env = pointer(place, "pm2_env")
    _take_metrics(draft, env.get("axm_monitor"), pointer(of_env, "axm_monitor"))
    return _finished(draft, env, of_env, place)


def saved_app_of(entry: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> App | None:
    """Return the app of an element that `pm2 save` wrote: what PM2 knew of it then, without a process.

    Its status was true at that time and says nothing of now: it has none.
    """
    told = {key: value for key, value in entry.items() if key != "status"}
    return _finished(AppDraft(name, problems), told, place, place)


def _finished(draft: AppDraft, env: Mapping[str, Any], of_env: str, place: str) -> App | None:
    if env.get("pmx_module") is True:
        draft.tell("a module of PM2 is no app: left out", place)
        return None
    draft.take_name(env.get("name"), pointer(of_env, "name"))
    for target, (key, convert) in _SETTINGS.items():
        draft.take(target, env.get(key), convert, pointer(of_env, key))
    draft.take("home", env.get(_HOME), path, pointer(of_env, _HOME))
    return draft.app(place, shows_options=_take_heap_limit(draft, env, of_env))


def _take_heap_limit(draft: AppDraft, env: Mapping[str, Any], place: str) -> bool:
    """Take the limit of the heap: arguments of node count before NODE_OPTIONS, as in node itself.

    Return whether all that may set one was understood.
    """
    words = env.get("node_args")
    if isinstance(words, list):
        words = " ".join(word for word in words[:_MOST_ARGUMENTS] if isinstance(word, str))
    draft.take("heap_limit", in_node_options(words), some, pointer(place, "node_args"))
    own = env.get("env")
    if isinstance(own, dict) and _OPTIONS in own:  # PM2 lays `env` over the rest when it starts an app
        env, place = own, pointer(place, "env")
    options = env.get(_OPTIONS)
    draft.take("heap_limit", in_node_options(options), some, pointer(place, _OPTIONS))
    return not (is_share(words) or is_share(options))


def _take_metrics(draft: AppDraft, metrics: Any, place: str) -> None:
    if not isinstance(metrics, dict):
        return
    typed: dict[str, str] = {}  # type → name
    for key, metric in metrics.items():
        if isinstance(metric, dict) and isinstance(metric.get("type"), str):
            typed.setdefault(metric["type"], key)
    for target, (kind, title) in _METRICS.items():
        key = typed.get(kind, title)
        metric = metrics.get(key)
        if isinstance(metric, dict) and metric.get("type") in (kind, None):
            _take_metric(draft, target, metric, pointer(pointer(place, beginning(key, _LONGEST)), "value"))


def _take_metric(draft: AppDraft, target: str, metric: Mapping[str, Any], place: str) -> None:
    value, unit = metric.get("value"), metric.get("unit")
    if convert := _NO_SIZES.get(target):
        draft.take(target, value, convert, place)
    elif isinstance(value, str | int | float) and not is_absent(value):
        text = f"{str(value)[:_LONGEST]} {unit[:_LONGEST] if isinstance(unit, str) else ''}"
        draft.take_heap(target, text, place)
