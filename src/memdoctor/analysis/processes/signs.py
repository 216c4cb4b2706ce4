"""Signs that a process has lost its parent, or that it is meant to run alone, and the points of each."""

from collections.abc import Callable
from dataclasses import dataclass

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.program import Program
from memdoctor.analysis.processes.tree import Tree
from memdoctor.model import GONE, INHERITED, PRESENT, Process, Stream

_SHELL_SNAPSHOT = "shell-snapshots/"  # what the shells of an agent read first


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one process, and the questions asked of it."""

    tree: Tree
    process: Process

    @property
    def program(self) -> Program:
        """The program that it runs."""
        return self.tree.program(self.process)

    @property
    def is_adopted(self) -> bool:
        """Whether it is surely not with the parent that started it, or with one that takes in orphans."""
        return self.adopted_by is not None

    @property
    def adopted_by(self) -> str | None:
        """Who took it in, in words; None if its parent may be the one that started it."""
        process, tree = self.process, self.tree
        parent = tree.parent(process)
        if parent is None:
            return self._absent_parent()
        program = tree.program(parent)
        if known.is_container_shim(program.name) and self.leads_session is not False:
            return None  # the first process of a container
        if tree.is_adopter(parent):
            return f"its parent is {program.name} (pid {parent.pid})"
        if tree.is_cut_off(process) and parent.sid != process.sid:
            return f"taken in by {program.name} (pid {parent.pid}), which is not of its session"
        return None

    def _absent_parent(self) -> str | None:
        process, table = self.process, self.tree.table
        listed = self.tree.by_pid.get(process.ppid or 0)
        if process.ppid == 1:
            return "its parent is PID 1"
        if listed is not None:
            return f"its parent's pid {process.ppid} is used again by a younger process"
        # Elsewhere the system names another parent at once: a missing one is only not listed.
        ended = table.whole and table.system == "windows"
        return f"its parent (pid {process.ppid}) has ended" if ended else None

    @property
    def is_in_container(self) -> bool:
        """Whether its parent is the first process of a container, which may have started it."""
        parent = self.tree.parent(self.process)
        return parent is not None and self.tree.heads_container(parent)

    def stream(self, number: int) -> Stream | None:
        """Return one of its standard streams, None if it was not seen."""
        return self.process.streams.get(number)

    def kind(self, number: int) -> str | None:
        """Return what a stream leads to."""
        stream = self.stream(number)
        return None if stream is None else stream.kind

    def is_dead(self, number: int) -> bool:
        """Whether nobody is at the other end of a stream, or only who got it by accident."""
        stream = self.stream(number)
        return stream is not None and stream.peer in (GONE, INHERITED)

    @property
    def has_dead_streams(self) -> bool:
        """Whether both its input and its output lead to nobody."""
        return self.is_dead(0) and self.is_dead(1)

    def is_dead_pipe(self, number: int) -> bool:
        """Whether that stream is a pipe or a socket, no terminal."""
        return self.is_dead(number) and self.kind(number) != "terminal"

    @property
    def is_in_closed_terminal(self) -> bool:
        """Whether a terminal that it has is closed."""
        return any(self.is_dead(n) and self.process.streams[n].kind == "terminal" for n in (0, 1, 2))

    @property
    def lost_leader(self) -> bool:
        """Whether it must have lost its parent: its session's leader is gone, or is no ancestor of it."""
        process = self.process
        gone = self.tree.leader_is_gone(process) is True and process.sid != process.pid
        return gone or self.tree.is_cut_off(process)

    @property
    def leads_session(self) -> bool | None:
        """Whether it began a session itself, as a daemon does; None where that is not known.

        macOS shows no sessions: there the process group tells.
        """
        leader = self.process.sid or self.process.pgid
        return None if not leader else leader == self.process.pid

    @property
    def is_headless(self) -> bool:
        """Whether input and output lead nowhere on purpose."""
        return {self.kind(number) for number in (0, 1)} == {"null"}

    @property
    def is_kept(self) -> bool:
        """Whether input and output lead to nothing or a file: a daemon, or a job that is waited for."""
        return all(self.kind(number) in ("null", "file") for number in (0, 1))

    @property
    def waits_for_connections(self) -> bool:
        """Whether it serves a port, so that it needs no streams."""
        return any(one.pid == self.process.pid for one in self.tree.table.listeners or ())

    @property
    def is_made_for_another(self) -> bool:
        """Whether it is known tooling, or says itself that it talks with a parent."""
        return self.program.family is not None or known.needs_parent(self.program.words)

    @property
    def owns_tooling(self) -> bool:
        """Whether it is known tooling, or has started some."""
        if self.program.family is not None:
            return True
        return any(self.tree.program(one).family for one in self.tree.descendants(self.process))


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: its points, its words, when it holds, and words that say more where there are some."""

    points: int
    text: str
    holds: Callable[[Seen], object]
    words: Callable[[Seen], str | None] = lambda _: None


def _inherited(number: int) -> Callable[[Seen], str | None]:
    """Return what is said of a stream whose other end only a sibling has."""

    def words(seen: Seen) -> str | None:
        stream = seen.stream(number)
        end = "writes to its input" if number == 0 else "reads its output"
        left_over = stream is not None and stream.peer == INHERITED
        return f"nobody {end}: a sibling that is left over, too, has that end" if left_over else None

    return words


SIGNS = (
    Sign(
        30,
        "its parent is PID 1, or known to take in orphans",
        lambda seen: seen.is_adopted and not seen.is_in_container,
        lambda seen: seen.adopted_by,
    ),
    Sign(10, "its parent is PID 1 of a container", lambda seen: seen.is_in_container),
    Sign(35, "nobody writes to its input", lambda seen: seen.is_dead_pipe(0), _inherited(0)),
    Sign(15, "nobody reads its output", lambda seen: seen.is_dead_pipe(1), _inherited(1)),
    Sign(40, "its terminal is closed", lambda seen: seen.is_in_closed_terminal),
    Sign(
        10,
        "the leader of its session is gone",
        lambda seen: seen.tree.leader_is_gone(seen.process) and seen.leads_session is False,
    ),
    Sign(
        10,
        "taken in, and leads no session as a daemon would",
        lambda seen: seen.is_adopted and seen.leads_session is False and not seen.is_in_container,
    ),
    Sign(15, "its program is tooling that a session starts", lambda seen: seen.program.family),
    Sign(
        10,
        "its arguments say that it talks with a parent",
        lambda seen: known.needs_parent(seen.program.words),
    ),
    Sign(10, "its folder is deleted", lambda seen: seen.process.cwd_deleted),
    Sign(5, "its program is deleted", lambda seen: seen.process.exe_deleted),
    Sign(
        25,
        "input and output lead to nobody, though its parent lives",
        lambda seen: (
            not seen.is_adopted
            and seen.has_dead_streams
            and seen.owns_tooling
            and not seen.waits_for_connections
        ),
    ),
    Sign(-60, "a service manager runs it", lambda seen: known.is_service(seen.process.cgroup)),
    Sign(-60, "its program is made to run on its own", lambda seen: seen.program.is_durable),
    Sign(
        -35,
        "only its input is closed, and its parent lives",
        lambda seen: seen.is_dead(0) and not seen.is_dead(1) and not seen.is_adopted,
    ),
    Sign(
        -30,
        "ignores hangups and writes to a file, as with nohup",
        lambda seen: seen.process.ignores_hangup and seen.kind(1) == "file",
    ),
    Sign(
        -30,
        "somebody is at the other end of its input",
        lambda seen: seen.stream(0) in (Stream("pipe", PRESENT), Stream("socket", PRESENT)),
    ),
    Sign(
        -25,
        "--daemon or --listen says that it runs on its own",
        lambda seen: known.runs_alone(seen.program.words) and not known.needs_parent(seen.program.words),
    ),
    Sign(
        -15,
        "leads a session, with nothing as input and output: a daemon",
        lambda seen: seen.leads_session and seen.is_headless,
    ),
    Sign(
        -15, "a shell in the background of an agent", lambda seen: _SHELL_SNAPSHOT in seen.program.command
    ),
)
