"""Node's diagnostic report (`process.report`), versions 1 to 5, and what Bun writes in its place.

Most of a report is nobody's business: the environment, the arguments, paths, hosts. Only what is named
here is taken out of the document; the rest is never looked at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memdoctor.errors import InputError
from memdoctor.model import Mark, Problem, Sample, Space
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import times, values
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.heap_flags import in_command_line, in_node_options
from memdoctor.readers.parts.json_text import MOST_BYTES, parse, pointer
from memdoctor.readers.parts.values import Converter, WrongKindError

_HELP = "a diagnostic report has some kilobytes; is this the right file?"
_DOCUMENT = "Node diagnostic report"


def _version(raw: Any) -> str:
    match = re.fullmatch(r"v?([0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}[\w.+-]{0,40})", values.text(raw))
    if match is None:
        raise WrongKindError("no version")
    return f"v{match[1]}"  # as process.version has it; Bun leaves out the v


def _word(raw: Any) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_ -]{0,39}", values.text(raw)):
        raise WrongKindError("not a word")
    return values.text(raw)


def _limit(raw: Any) -> int | None:
    return None if raw == "unlimited" else values.whole(raw)


_HEADER: dict[str, tuple[str, Converter]] = {
    "processId": ("pid", values.whole),
    "nodejsVersion": ("node_version", _version),
    "platform": ("platform", _word),
    "trigger": ("trigger", _word),
}
_HEAP: dict[str, tuple[str, Converter]] = {
    "totalMemory": ("heap_total", values.whole),
    "usedMemory": ("heap_used", values.whole),
    "memoryLimit": ("heap_limit", values.whole),
    "mallocedMemory": ("malloced", values.whole),
    "peakMallocedMemory": ("peak_malloced", values.whole),
    "externalMemory": ("external", values.whole),
    "nativeContextCount": ("native_contexts", values.whole),
    "detachedContextCount": ("detached_contexts", values.whole),
}
_USAGE: dict[str, tuple[str, Converter]] = {
    "rss": ("rss", values.whole),
    "maxRss": ("max_rss", values.whole),  # bytes, unlike process.resourceUsage()
    "userCpuSeconds": ("cpu_user", values.number),
    "kernelCpuSeconds": ("cpu_system", values.number),
}
_MADE_UP = "Bun makes up the heap figures of this report (the machine's memory, and zeros): not read"
_PEAK_EVERYWHERE = "Bun writes the peak RSS in the place of every memory figure: only the peak is read"


@dataclass(frozen=True, slots=True)
class _Section:
    """An object of the document and where it stands."""

    value: Mapping[str, Any]
    place: str

    def inside(self, key: str) -> "_Section":
        """Return the object under a key, empty if it is none."""
        value = self.value.get(key)
        return _Section(value if isinstance(value, dict) else {}, pointer(self.place, key))

    def take(self, draft: Draft, fields: Mapping[str, tuple[str, Converter]]) -> None:
        """Take what is named and nothing else."""
        for key, (target, convert) in fields.items():
            draft.take(target, self.value.get(key), convert, pointer(self.place, key))


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield the sample that a report is, and what in it could not be trusted.

    Raises InputError if the input is no JSON or no report.
    """
    name = opened.source.name
    value = parse(opened.read(MOST_BYTES, _HELP))
    if not isinstance(value, dict) or not isinstance(value.get("header"), dict):
        raise InputError("no diagnostic report: it has no header", "is this what process.report wrote?")
    root = _Section(value, f"{name}#")
    draft = Draft(name)
    header = root.inside("header")
    header.take(draft, _HEADER)
    _take_time(draft, header)
    _take_requested_limit(draft, root)
    limits = root.inside("userLimits").inside("open_files")
    limits.take(draft, {"soft": ("descriptor_limit", _limit)})
    bun = header.inside("componentVersions").value.get("bun")
    yield from _of_bun(draft, root, bun) if bun is not None else _of_node(draft, root)


def _of_node(draft: Draft, root: _Section) -> Iterator[Sample | Problem]:
    heap = root.inside("javascriptHeap")
    heap.take(draft, _HEAP)
    root.inside("resourceUsage").take(draft, _USAGE)
    spaces = heap.inside("heapSpaces")
    draft.take("spaces", spaces.value or None, _spaces, spaces.place)
    draft.take("handles", root.value.get("libuv"), _active, pointer(root.place, "libuv"))
    if workers := root.value.get("workers"):
        count = len(workers) if isinstance(workers, list) else 1
        message = f"{count} worker{'s' if count > 1 else ''} with heaps of their own: not read"
        draft.problems.append(Problem(draft.name, message, place=pointer(root.place, "workers")))
    versions = root.inside("header").inside("componentVersions")
    marks: tuple[Mark, ...] = ()
    if "v8" in versions.value:
        what = "componentVersions.v8 without componentVersions.bun"
        marks = (Mark("node", what, pointer(versions.place, "v8")),)
    yield from draft.finish(root.place, document=_DOCUMENT, marks=marks)


def _of_bun(draft: Draft, root: _Section, version: Any) -> Iterator[Sample | Problem]:
    """Yield what can be believed: who, when, and on Linux and macOS the peak RSS."""
    place = pointer(root.inside("header").inside("componentVersions").place, "bun")
    draft.take("bun_version", version, values.text, place)
    heap, usage = root.inside("javascriptHeap"), root.inside("resourceUsage")
    draft.problems.append(Problem(draft.name, _MADE_UP, place=heap.place))
    draft.problems.append(Problem(draft.name, _PEAK_EVERYWHERE, place=usage.place))
    # It is getrusage's ru_maxrss as it stands: KiB, on macOS bytes.
    unit = {"linux": 1024, "darwin": 1}.get(str(draft.fields.get("platform")))
    if unit:
        usage.take(draft, {"maxRss": ("max_rss", lambda raw: values.whole(raw) * unit)})
    yield from draft.problems
    mark = Mark("bun", "componentVersions.bun", place)
    yield Sample(
        source=draft.name,
        place=root.place.removesuffix("#"),
        places=draft.places,
        document=_DOCUMENT,
        marks=(mark,),
        **draft.fields,
    )


def _take_time(draft: Draft, header: _Section) -> None:
    """Take the time from the one that is certain: old Nodes wrote the other in local time with a Z.

    Bun has the two the other way round.
    """
    for key in ("dumpEventTimeStamp", "dumpEventTime"):
        draft.take("at", header.value.get(key), _moment, pointer(header.place, key))


def _moment(raw: Any) -> datetime:
    return times.moment(raw if isinstance(raw, str) else str(values.whole(raw)))


def _take_requested_limit(draft: Draft, root: _Section) -> None:
    """Take the heap limit that was asked for: the command line wins over NODE_OPTIONS, as in Node."""
    header = root.inside("header")
    found = in_command_line(header.value.get("commandLine"))
    if found is not None:
        place = pointer(pointer(header.place, "commandLine"), str(found.index))
        draft.take("requested_heap_limit", found.bytes, values.whole, place)
    environment = root.inside("environmentVariables")
    requested = in_node_options(environment.value.get("NODE_OPTIONS"))
    draft.take("requested_heap_limit", requested, values.whole, pointer(environment.place, "NODE_OPTIONS"))


def _spaces(raw: Mapping[str, Any]) -> tuple[Space, ...]:
    return tuple(
        Space(
            name,
            values.whole_or_none(item.get("memorySize")),
            values.whole_or_none(item.get("used")),
            values.whole_or_none(item.get("available")),
        )
        for name, item in list(raw.items())[:64]
        if isinstance(item, dict) and re.fullmatch(r"\w{1,60}", name)
    )


def _active(raw: Any) -> int:
    """Return the number of active handles. The loop itself is listed too, and is none."""
    if not isinstance(raw, list):
        raise WrongKindError("libuv is no list")
    handles = [item for item in raw if isinstance(item, dict)]
    return sum(item.get("is_active") is True and item.get("type") != "loop" for item in handles)
