"""The case: what was brought, as records. Sizes are bytes, durations seconds, times aware UTC.

`None` means *not reported*, never 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file, standard input, or this machine."""

    name: str
    kind: str  # path, stdin, live
    format: str | None = None
    size: int | None = None  # bytes on disk, before decompression
    sha256: str | None = None  # made for a report that lists its artefacts, else
    unhashed: str = ""  # why there is none


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read or trusted, and where: data, not an exception."""

    source: str
    message: str
    help: str = ""
    place: str | None = None
    unread: bool = False  # the whole input is missing from the case


@dataclass(frozen=True, slots=True)
class Mark:
    """Something only one runtime writes, and where it stands."""

    runtime: str  # bun, node
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class Space:
    """One V8 heap space, in bytes."""

    name: str
    size: int | None
    used: int | None
    available: int | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at one process's memory, as reported; nothing in it is computed.

    `places` names, for each field that was reported, where it stands:
    `{"rss": "dump.json#/memoryUsage/rss"}`. `place` is where the sample itself stands, and
    `series` names the list it is an element of, if any.
    """

    source: str
    place: str
    places: Mapping[str, str] = field(default_factory=dict)
    series: str | None = None
    document: str = "diagnostics"  # or the API call whose result it is

    at: datetime | None = None
    uptime: float | None = None
    elapsed: float | None = None  # seconds since the first sample of its list, as the user says
    pid: int | None = None
    platform: str | None = None
    node_version: str | None = None  # what the runtime claims to be compatible with
    bun_version: str | None = None
    writer: str | None = None  # the program that wrote the document: "Claude Code 2.1.72"
    writer_version: str | None = None
    trigger: str | None = None
    dump_number: int | None = None
    marks: tuple[Mark, ...] = ()
    worker: str | None = None  # what a process manager calls the process: the app's name and number
    program: str | None = None  # what the process runs, as a person calls it
    family: str | None = None  # of a recording: the process that was watched with all that it started
    label: str | None = None  # what a person wrote beside it: "after GC"
    after_collection: bool = False  # the heap just after a full collection: the live floor itself

    resolution: int | None = None  # bytes to which the sizes were rounded, if they were

    rss: int | None = None
    max_rss: int | None = None  # in the unit the document claims
    heap_used: int | None = None
    heap_total: int | None = None
    heap_usage: float | None = None  # used ÷ committed, as PM2 shows it: 0.88
    heap_limit: int | None = None
    requested_heap_limit: int | None = None  # --max-old-space-size, of NODE_OPTIONS or the command line
    external: int | None = None
    array_buffers: int | None = None
    malloced: int | None = None
    peak_malloced: int | None = None  # V8's zone memory; under Bun the peak RSS
    spaces: tuple[Space, ...] = ()
    detached_contexts: int | None = None
    native_contexts: int | None = None

    smaps_rss: int | None = None
    pss: int | None = None
    uss: int | None = None
    private_dirty: int | None = None
    swap: int | None = None
    memory_left: int | None = None  # of its control group or of the machine, whichever is less

    mimalloc_reserved: int | None = None
    mimalloc_committed: int | None = None

    cpu_user: float | None = None
    cpu_system: float | None = None
    cpu_seconds: float | None = None  # both together, where they are not told apart
    threads: int | None = None
    processes: int | None = None  # it, and what it started
    handles: int | None = None
    requests: int | None = None
    file_descriptors: int | None = None
    descriptor_limit: int | None = None
    object_counts: Mapping[str, int] = field(default_factory=dict)
    protected_counts: Mapping[str, int] = field(default_factory=dict)
    reported_rate: float | None = None  # bytes per second
    reported_rate_per_hour: float | None = None  # "mbPerHour", which is MiB per hour
    hints: tuple[str, ...] = ()


# Documents whose heap usage is used ÷ committed.
PM2_LOOK, HEAP_TIMELINE = "PM2", "heap timeline"
TRACE_GC = "--trace-gc"  # of the heap after full collections
RECORDING = "recording"  # of memdoctor watch

# What tells the time of a file's content.
NAME, BESIDE, LAST_CHANGE = "the file's name", "the sample beside it", "the file's last change"
CONTENT = "start and age of its processes"
NO_PARENTS = "it does not name parents: orphans and leaked children cannot be told"  # of a listing


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One heap snapshot. It is read when it is asked for: several do not fit into memory at once.

    `at` is when it was taken, as far as its file tells, `time_from` what of it. `read` returns the graph
    and what could not be trusted; it raises InputError for a damaged file.
    """

    source: Source
    read: Callable[[], "tuple[HeapGraph, tuple[Problem, ...]]"]
    at: datetime | None = None
    time_from: str | None = None
    named: bool = True  # by the person, not only found in a folder


# What the system may not show of a process, besides its exe and its cwd.
ARGUMENTS, STREAMS, MEMORY = "arguments", "streams", "memory"
# Whether anybody is at the other end of a stream.
PRESENT, GONE, INHERITED = "present", "gone", "inherited"


@dataclass(frozen=True, slots=True)
class Stream:
    """What a standard stream of a process leads to, and who is at the other end.

    `kind` is pipe, socket, terminal, null, file, none or other. `peer` is PRESENT; GONE: nobody is at the
    other end, or the terminal is closed; INHERITED: only processes that were left with an end by accident;
    None where there is no other end, or it cannot be seen.
    """

    kind: str
    peer: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one look, as far as it could be seen. Sizes are bytes, times seconds.

    A process is the same in two looks if pid and start are. `argv` are its arguments; where `exact` is
    false they were one text, and the bounds between them are lost; `cut` if that text was cut off. `name`
    is what the system calls it: often a thread's name, never what tells which program it is.
    """

    source: str
    place: str
    pid: int
    ppid: int | None = None
    pgid: int | None = None
    sid: int | None = None
    user: str | None = None
    started_at: datetime | None = None
    start_ticks: int | None = None  # since boot: exact, where the system has it
    age: float | None = None
    state: str | None = None  # R, S, D, T, Z, I …
    name: str | None = None
    argv: tuple[str, ...] | None = None
    exact: bool = False
    cut: bool = False
    exe: str | None = None
    exe_deleted: bool | None = None
    cwd: str | None = None
    cwd_deleted: bool | None = None
    tty: str | None = None  # empty where it has none
    rss: int | None = None
    pss: int | None = None
    uss: int | None = None
    swap: int | None = None
    memory_share: float | None = None  # of the machine's memory, as reported
    threads: int | None = None
    cpu_seconds: float | None = None
    cpu_share: float | None = None  # of one core, as reported
    cpu_is_recent: bool = False  # else an average since the start
    is_kernel: bool = False
    cgroup: str | None = None
    namespace_pids: tuple[int, ...] = ()  # the pid in each namespace, from outside in
    ignores_hangup: bool | None = None
    streams: Mapping[int, Stream] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()  # what the system would not show


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that waits for connections, and a process that has it open."""

    source: str
    place: str
    address: str
    port: int
    pid: int
    socket: str  # the same for processes that share one socket


@dataclass(frozen=True, slots=True)
class PidFile:
    """A file that says which process runs; `started_at` and `port` are what it says."""

    place: str
    pid: int
    started_at: datetime | None = None
    written_at: datetime | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """The processes of one machine at one moment.

    `whole` is whether it lists all of them, so that what is missing in it is gone; None where that cannot
    be told. `elapsed` is the time since the first of several looks, where they carry no other.
    """

    source: str
    place: str
    processes: tuple[Process, ...]
    at: datetime | None = None
    time_from: str | None = None  # what tells it
    elapsed: float | None = None
    system: str | None = None  # linux, macos, windows, freebsd
    live: bool = False
    looker: int | None = None  # pid of memdoctor itself, in a live look
    whole: bool | None = None
    memory_total: int | None = None
    memory_available: int | None = None
    swap_total: int | None = None
    swap_used: int | None = None
    listeners: tuple[Listener, ...] | None = None  # None where nobody looked


@dataclass(frozen=True, slots=True)
class App:
    """One instance of an app at one look of PM2, as PM2 reports it. Its environment is never kept.

    Sizes are bytes, times seconds. `places` names, for each field that was reported, where it stands.
    A `pid` is that of the last process that PM2 knows of: of an app that waits for its restart it is dead.
    """

    source: str
    place: str
    name: str
    places: Mapping[str, str] = field(default_factory=dict)
    pm_id: int | None = None
    pid: int | None = None
    status: str | None = None  # online, launching, stopping, stopped, errored, waiting restart
    mode: str | None = None  # fork, cluster
    at: datetime | None = None  # when PM2 was asked
    time_from: str | None = None  # what tells it
    elapsed: float | None = None  # since the first of several looks, where they carry no other time
    uptime: float | None = None  # since the last start
    uptime_grain: float = 0.0  # the step to which it was cut down
    started_at: datetime | None = None  # the last start
    created_at: datetime | None = None  # the first start
    restarts: int | None = None  # all automatic and manual ones, until `pm2 reset`
    unstable_restarts: int | None = None
    script: str | None = None
    interpreter: str | None = None
    node_version: str | None = None
    shows_options: bool = False  # whether the look shows node's options, so that a missing limit means none
    heap_limit: int | None = None  # --max-old-space-size, of node_args or NODE_OPTIONS
    memory_limit: int | None = None  # max_memory_restart
    error_log: str | None = None
    out_log: str | None = None
    home: str | None = None  # PM2_HOME: which daemon it is
    rss: int | None = None
    heap_used: int | None = None
    heap_total: int | None = None
    heap_usage: float | None = None  # used ÷ committed, as PM2 shows it: 0.88
    resolution: int | None = None  # bytes to which the heap's sizes were rounded
    handles: int | None = None
    requests: int | None = None


# What an event of a log is.
LISTENERS, OUT_OF_MEMORY, MISSING_MODULE = "listener-warning", "out-of-memory", "missing-module"
PORT_IN_USE, REJECTION, UNCAUGHT = "port-in-use", "unhandled-rejection", "uncaught-error"
START, ONLINE, EXIT, STOP = "start", "online", "exit", "stop"
MEMORY_RESTART, GAVE_UP, DAEMON = "memory-restart", "gave-up", "daemon-start"
COLLECTIONS = "collections"  # of --trace-gc, all of one isolate together


@dataclass(frozen=True, slots=True)
class Collection:
    """One full garbage collection as V8 traces it. Sizes are bytes, `since_start` seconds."""

    since_start: float
    kind: str  # Mark-Compact, Mark-sweep
    before: int
    after: int
    committed_before: int | None  # None in a trace for machines (--trace-gc-nvp)
    committed_after: int | None
    pause: float | None = None  # seconds
    mu: float | None = None  # mutator utilisation: the share of time that the program itself ran
    current_mu: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a log tells, at a line. Equal ones in a row may be one, with their `count`.

    `at` is when it happened, as its line or the last line before it with a time says. `detail` are the
    values in it, by kind; docs/inputs/log.md lists them. `app` and `pm_id` are what PM2 calls its process.
    """

    source: str
    line: int
    kind: str
    at: datetime | None = None
    pid: int | None = None
    app: str | None = None
    pm_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    last_line: int | None = None
    last_at: datetime | None = None

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class Log:
    """A log that was read to its end: how much of it there was, and the time that it covers.

    `zone` is what times without one were taken for, None where all have one; `offset` the seconds from UTC
    that it tells of local times; `assumed` whether all are local ones of an untold zone, taken for UTC.
    """

    source: str
    lines: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    zone: str | None = None
    offset: float | None = None
    assumed: bool = False
    left_out: int = 0  # events that were too many to be kept


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a person brought, read as one case.

    `every` is the time in seconds between looks that carry none, as the person says.
    """

    sources: tuple[Source, ...] = ()
    samples: tuple[Sample, ...] = ()
    heaps: tuple[Snapshot, ...] = ()
    tables: tuple[ProcessTable, ...] = ()
    listeners: tuple[Listener, ...] = ()  # brought beside the tables
    pid_files: tuple[PidFile, ...] = ()
    apps: tuple[App, ...] = ()
    beside: tuple[ProcessTable, ...] = ()  # what the pids of apps are checked against, no listing to judge
    events: tuple[Event, ...] = ()
    logs: tuple[Log, ...] = ()
    problems: tuple[Problem, ...] = ()
    every: float | None = None
