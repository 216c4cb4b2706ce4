"""What an input is, decided by its content, never by its name."""

import re
from collections.abc import Callable, Iterator

from memdoctor.errors import InputError
from memdoctor.readers import log_signatures, pm2_signatures, process_signatures, signatures

_HELP = (
    "memdoctor reads heap snapshots, the -diagnostics.json of /heapdump, process.memoryUsage() "
    "and v8.getHeapStatistics(), as JSON or as text that holds them; listings of processes, output of PM2, "
    "and logs of Node, Bun and PM2"
)

_JSON = re.compile(rb"\s*+[\[{\"]")
_OBJECT_ON_A_LINE = re.compile(rb"^[^{\n]*+\{[^\n]*\}[ \t\r]*+$")
_TEXT_WITH_OBJECTS = re.compile(rb"[\[{]|&quot;|\0[{\[]|[{\[]\0")


def _one_object_a_line(head: bytes) -> bool:
    lines = [line for line in head.split(b"\n")[:-1][:20] if line.strip()]
    objects = [line for line in lines if _OBJECT_ON_A_LINE.match(line)]
    return len(objects) > 1 and len(objects) * 2 >= len(lines)


def _timeline_like_listing(head: bytes) -> bool:
    """Whether lines that begin with numbers, as those of a listing without a heading, are a timeline's."""
    return process_signatures.is_bare_listing(head) and signatures.is_heap_timeline(head)


# The registry: each reader's module with its signature, in the order in which they are tried. A reader
# that finds nothing of its own lets the next one try.
_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("recording", signatures.is_recording),
    ("node_report", signatures.is_node_report),
    ("pm2_json", pm2_signatures.is_pm2_json),
    ("pm2_describe", pm2_signatures.is_describe),
    ("pm2_list", pm2_signatures.is_list),
    ("pm2_messages", pm2_signatures.is_message),
    ("pid_file", process_signatures.is_pid_file),
    ("process_json", process_signatures.is_process_json),
    ("ps_table", process_signatures.is_ps_table),
    ("heap_timeline", _timeline_like_listing),
    ("ps_table", process_signatures.is_bare_listing),
    ("wmic_csv", process_signatures.is_wmic),
    ("tasklist", process_signatures.is_tasklist),
    ("listeners", process_signatures.is_listeners),
    ("pstree", process_signatures.is_pstree),
    ("log", log_signatures.is_of_pm2_or_v8),
    ("plain_log", lambda head: _one_object_a_line(head) and log_signatures.is_log_without_figures(head)),
    ("lines", _one_object_a_line),
    ("diagnostics", lambda head: bool(_JSON.match(head))),
    ("prometheus", signatures.is_prometheus),
    ("heapdump_breakdown", signatures.is_heapdump_breakdown),
    ("heap_timeline", signatures.is_heap_timeline),
    ("console_table", signatures.is_console_table),
    ("size_table", signatures.is_size_table),
    ("csv_table", signatures.is_csv_table),
    ("size_lines", signatures.is_size_lines),
    ("pasted", lambda head: bool(_TEXT_WITH_OBJECTS.search(head))),
    ("log", log_signatures.may_be_log),
)

# What these signatures fit is for nobody else: the files are large, and no reader should try them in vain.
_SNAPSHOTS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("v8_snapshot", signatures.is_v8_snapshot),
    ("jsc_snapshot", signatures.is_jsc_snapshot),
)


def snapshot_reader(head: bytes) -> str | None:
    """Return the reader of the heap snapshot that begins so, or None if it is none."""
    return next((name for name, fits in _SNAPSHOTS if fits(head)), None)


def candidates(head: bytes) -> Iterator[str]:
    """Yield the readers whose signature fits the first bytes of an input, likeliest first.

    Raises InputError, saying what it seems to be instead, if there is none.
    """
    if snapshot := snapshot_reader(head):
        yield snapshot
        return
    known = False
    for name, fits in _SIGNATURES:
        if fits(head):
            known = True
            yield name
    if known:
        return
    if not head.strip():
        raise InputError("nothing but white space", _HELP)
    if b"\0" in head:
        raise InputError("binary data, in no format memdoctor knows", _HELP)
    raise InputError("text without any memory figures", _HELP, place="line 1")
