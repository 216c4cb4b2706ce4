"""Which processes have lost the parent that they were made for, how sure that is, and from which signs.

Points are added up for each sign; CPU and memory are none of them. The table is in docs/processes.md. That
the parent is PID 1 alone says little: of 84 labelled processes 55 had it, and 12 of those were orphans.
"""

from dataclasses import dataclass, field

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.tree import Tree
from memdoctor.findings import Confidence
from memdoctor.model import GONE, INHERITED, PRESENT, Process, Stream

CERTAIN, LIKELY, POSSIBLE = 75, 45, 25  # points
_YOUNG = 60  # seconds: a process that is just being made into a daemon looks like an orphan
_SHELL_SNAPSHOT = "shell-snapshots/"


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason for or against, in words, with its points."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process that may be an orphan; `descendants` go with it."""

    process: Process
    confidence: Confidence
    points: int
    signs: tuple[Sign, ...]
    caps: tuple[str, ...] = ()  # why it is not surer
    descendants: tuple[Process, ...] = field(default=())

    @property
    def is_sure(self) -> bool:
        """Whether it is certain or likely."""
        return self.confidence is not Confidence.POSSIBLE


def orphans(tree: Tree) -> tuple[Orphan, ...]:
    """Return the orphans of a look, surest first; what descends from a sure one is not judged."""
    judged = {process.pid: one for process in tree.table.processes if (one := _judge(tree, process))}
    found = []
    for pid, one in judged.items():
        process = tree.by_pid[pid]
        above = (judged.get(ancestor.pid) for ancestor in tree.ancestors(process))
        if not any(other is not None and other.is_sure for other in above):
            found.append(one)
    return tuple(sorted(found, key=lambda one: -one.points))


def _judge(tree: Tree, process: Process) -> Orphan | None:
    """Return what is to be said of one process, None if it is no orphan."""
    if process.is_kernel or process.state == "Z" or process.pid == 1 or process.ppid in (None, 0):
        return None
    case = _Case(tree, process)
    if not case.is_adopted and not case.has_dead_streams:
        return None
    signs = case.signs()
    points = sum(sign.points for sign in signs)
    confidence, caps = case.confidence(points)
    if confidence is None:
        return None
    below = () if confidence is Confidence.POSSIBLE else tuple(tree.descendants(process))
    return Orphan(process, confidence, points, tuple(signs), caps, below)


@dataclass(slots=True)
class _Case:
    """What was seen of one process, and the questions asked of it."""

    tree: Tree
    process: Process

    @property
    def is_adopted(self) -> bool:
        return self.adopted_by is not None

    @property
    def adopted_by(self) -> str | None:
        """Who took it in, in words; None if its parent may be the one that started it."""
        process, tree = self.process, self.tree
        parent = tree.parent(process)
        if parent is None:
            return self._absent_parent()
        program = tree.program(parent)
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

    def stream(self, number: int) -> Stream | None:
        return self.process.streams.get(number)

    def is_dead(self, number: int) -> bool:
        stream = self.stream(number)
        return stream is not None and stream.peer in (GONE, INHERITED)

    @property
    def has_dead_streams(self) -> bool:
        """Whether both its input and its output lead to nobody."""
        return self.is_dead(0) and self.is_dead(1)

    @property
    def is_in_closed_terminal(self) -> bool:
        return any(self.is_dead(n) and self.process.streams[n].kind == "terminal" for n in (0, 1, 2))

    @property
    def lost_leader(self) -> bool:
        """Whether it must have lost its parent: its session's leader is gone, or is no ancestor of it."""
        process = self.process
        gone = self.tree.leader_is_gone(process) is True and process.sid != process.pid
        return gone or self.tree.is_cut_off(process)

    @property
    def leads_session(self) -> bool | None:
        """Whether it began a session itself, as a daemon does; None where that is not known."""
        return None if not self.process.sid else self.process.sid == self.process.pid

    @property
    def is_headless(self) -> bool:
        """Whether input and output lead nowhere on purpose."""
        kinds = [stream.kind for number in (0, 1) if (stream := self.stream(number))]
        return len(kinds) == 2 and set(kinds) == {"null"}

    @property
    def belongs_to_tooling(self) -> bool:
        return self.tree.program(self.process).family is not None

    @property
    def owns_tooling(self) -> bool:
        if self.belongs_to_tooling:
            return True
        return any(self.tree.program(one).family for one in self.tree.descendants(self.process))

    def signs(self) -> list[Sign]:
        """Return each sign that holds, with its points."""
        return [Sign(text, points) for text, points, holds in (*self._for(), *self._against()) if holds]

    def _for(self) -> tuple[tuple[str, int, object], ...]:
        process, program = self.process, self.tree.program(self.process)
        parent = self.tree.parent(process)
        in_namespace = parent is not None and self.tree.heads_namespace(parent) and parent.pid != 1
        adopted = self.adopted_by
        closed = self.is_in_closed_terminal
        dead_pipe = self.is_dead(0) and self._kind(0) != "terminal"
        leads = self.leads_session
        unlisted = not adopted and self.has_dead_streams and self.owns_tooling
        return (
            (adopted or "", 30, adopted and not in_namespace),
            ("its parent is PID 1 of a namespace", 10, in_namespace),
            (self._nobody(0, "writes to its input"), 35, dead_pipe),
            (self._nobody(1, "reads its output"), 15, self.is_dead(1) and self._kind(1) != "terminal"),
            ("its terminal is closed", 40, closed),
            ("the leader of its session is gone", 10, self.tree.leader_is_gone(process) and leads is False),
            ("taken in, and leads no session as a daemon would", 10, adopted and leads is False),
            ("its program is tooling that a session starts", 15, program.family),
            ("its arguments say that it talks with a parent", 10, known.needs_parent(program.words)),
            ("its folder is deleted", 10, process.cwd_deleted),
            ("its program is deleted", 5, process.exe_deleted),
            ("input and output lead to nobody, though its parent lives", 25, unlisted),
        )

    def _against(self) -> tuple[tuple[str, int, object], ...]:
        process, program = self.process, self.tree.program(self.process)
        on_file = self._kind(1) == "file"
        alone = self.leads_session and self.is_headless
        present = (stream := self.stream(0)) is not None and stream.peer == PRESENT
        only_input = self.is_dead(0) and not self.is_dead(1) and not self.is_adopted
        return (
            ("a service manager runs it", -60, known.is_service(process.cgroup)),
            ("its program is made to run on its own", -60, program.is_durable),
            (
                "ignores hangups and writes to a file, as with nohup",
                -30,
                process.ignores_hangup and on_file,
            ),
            ("leads a session, with nothing as input and output: a daemon", -15, alone),
            ("somebody is at the other end of its input", -30, present and self._kind(0) != "terminal"),
            ("--daemon says that it runs on its own", -25, "--daemon" in program.words),
            ("a shell in the background of an agent", -15, _SHELL_SNAPSHOT in program.command),
            ("only its input is closed, and its parent lives", -35, only_input),
        )

    def _kind(self, number: int) -> str | None:
        stream = self.stream(number)
        return None if stream is None else stream.kind

    def _nobody(self, number: int, does: str) -> str:
        stream = self.stream(number)
        if stream is not None and stream.peer == INHERITED:
            return f"only a sibling that was left over, too, still has the end that {does}"
        return f"nobody {does}"

    def confidence(self, points: int) -> tuple[Confidence | None, tuple[str, ...]]:
        """Return how sure so many points make it, and what keeps it from being surer."""
        dead = self.is_dead(0) or self.is_in_closed_terminal
        tooling = self.belongs_to_tooling or (dead and self.owns_tooling)
        surely_lost = dead and (tooling or self.lost_leader or self.is_in_closed_terminal)
        if points >= CERTAIN and surely_lost:
            return Confidence.CERTAIN, ()
        level: Confidence | None = None
        if points >= LIKELY and (surely_lost or (tooling and not dead)):
            level = Confidence.LIKELY
        elif (points >= POSSIBLE and tooling) or (points >= LIKELY and dead) or self._is_stray:
            level = Confidence.POSSIBLE
        if level is not Confidence.LIKELY:
            return level, ()
        return self._capped(dead=dead)

    @property
    def _is_stray(self) -> bool:
        """Whether it was taken in, its session is over, and nothing says that it is meant to be there."""
        gone = self.tree.leader_is_gone(self.process) is True and self.leads_session is False
        against = [sign for sign in self.signs() if sign.points <= -30]
        return self.is_adopted and gone and not against

    def _capped(self, *, dead: bool) -> tuple[Confidence, tuple[str, ...]]:
        """Return how sure a likely one is: with open streams, a daemon in the making looks the same."""
        if dead:
            return Confidence.LIKELY, ()
        seen = bool(self.process.streams)
        if seen and self.process.age is not None and self.process.age < _YOUNG:
            return Confidence.POSSIBLE, ("younger than a minute, and its streams are open",)
        if seen and self.is_headless:
            return Confidence.POSSIBLE, ("input and output lead nowhere, as those of a daemon do",)
        if not seen:
            return Confidence.LIKELY, ("its streams are not visible: likely at most",)
        return Confidence.LIKELY, ()
