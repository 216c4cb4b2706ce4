"""Writes listings of incidents that people reported, at the counts that they reported."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

HEADING = "    PID    PPID     SID STAT     RSS    SWAP NLWP %CPU     ELAPSED COMMAND"
CLAUDE = "/home/dev/.local/bin/claude"
WORKER = "node /home/dev/.claude/plugins/cache/claude-mem/10.3.1/scripts/worker-service.cjs"
STREAM = "--output-format stream-json --verbose --input-format stream-json"
MiB = 1024  # KiB, which listings are in


def identifier(number: int) -> str:
    """Return the id of a session, the same for a number at each call."""
    return str(UUID(int=(0x9C3F8849536B4FB9 << 64) + number * 0x9E3779B97F4A7C15 % (1 << 64)))


@dataclass
class Listing:
    """A listing of a machine on its way."""

    rows: list[str] = field(default_factory=list)
    next_pid: int = 1000

    def __post_init__(self) -> None:
        self.add("/sbin/init", pid=1, parent=0, rss=12 * MiB, elapsed="30-00:00:00")
        self.add("[kthreadd]", pid=2, parent=0, rss=0, elapsed="30-00:00:00")
        self.add("/usr/sbin/sshd -D", pid=700, rss=8 * MiB, elapsed="30-00:00:00")
        self.next_pid = 1000

    def add(
        self,
        command: str,
        *,
        pid: int | None = None,
        parent: int = 1,
        session: int | None = None,
        rss: int = 50 * MiB,
        swap: int = 0,
        threads: int = 1,
        cpu: float = 0.0,
        elapsed: str = "03:12:40",
        state: str = "S",
    ) -> int:
        """Add a process and return its pid; sizes are KiB."""
        pid = pid or self.next_pid
        self.next_pid = max(self.next_pid, pid) + 1
        self.rows.append(
            f"{pid:7} {parent:7} {session or pid:7} {state:4} {rss:7} {swap:7} {threads:4} {cpu:4.1f} "
            f"{elapsed:>11} {command}"
        )
        return pid

    def write(self, path: Path) -> Path:
        """Write the listing."""
        path.write_text("\n".join((HEADING, *self.rows)) + "\n", encoding="utf-8")
        return path


def orphaned_subagents() -> Listing:
    """Return 89 subagents of six dead sessions, some at 300 to 500 % CPU."""
    listing = Listing()
    for number in range(89):
        busy = number % 15 == 0
        listing.add(
            f"{CLAUDE} {STREAM} --resume {identifier(number)}",
            session=500 + number // 15,
            rss=210 * MiB,
            cpu=300.0 + 33 * (number // 15) if busy else 0.1,
            threads=14,
        )
    return listing


def idle_observers() -> Listing:
    """Return 157 observers that a live worker keeps, 8.4 GB together."""
    listing = Listing()
    worker = listing.add(f"{WORKER} --daemon", rss=90 * MiB, elapsed="2-04:00:00")
    for number in range(157):
        listing.add(
            f"{CLAUDE} {STREAM} --resume {identifier(number)}",
            parent=worker,
            session=worker,
            rss=56_100,
            elapsed=f"{number // 6:02}:{number % 60:02}:10",
        )
    return listing


def duplicate_workers() -> Listing:
    """Return 218 workers where one is meant, with 15 GB in swap on a machine of 8 GB."""
    listing = Listing()
    for number in range(218):
        listing.add(
            f"{WORKER} --daemon", rss=24 * MiB, swap=72_150, threads=11, elapsed=f"1-{number % 24:02}:00:00"
        )
    return listing


def sessions_of_a_daemon() -> Listing:
    """Return 52 GB over 989 sessions that a live daemon started."""
    listing = Listing()
    daemon = listing.add(f"{WORKER} --daemon", rss=140 * MiB, elapsed="6-00:00:00")
    for number in range(989):
        listing.add(
            f"{CLAUDE} {STREAM} --resume {identifier(number)}",
            parent=daemon,
            session=daemon,
            rss=55_130,
            elapsed=f"{number // 200}-{number % 24:02}:{number % 60:02}:00",
        )
    return listing


def zombies_after_shutdown() -> Listing:
    """Return the zombies of a server whose shutdown was never wired."""
    listing = Listing()
    server = listing.add("node /home/dev/app/server.js", rss=120 * MiB)
    for _ in range(23):
        listing.add("[claude] <defunct>", parent=server, session=server, rss=0, state="Z")
    return listing


def workers_after_shutdown() -> Listing:
    """Return vector databases that live on after their sessions and contend for one directory."""
    listing = Listing()
    data = "--client-type persistent --data-dir /home/dev/.claude-mem/vector-db"
    for number in range(7):
        listing.add(
            f"/home/dev/.cache/uv/bin/python /home/dev/.cache/uv/bin/chroma-mcp {data}",
            session=600 + number,
            rss=260 * MiB,
            threads=48,
        )
    return listing


def respawned_database(look: int) -> Listing:
    """Return one of several looks at a database that comes back when killed, at 500 to 700 % of a core."""
    listing = Listing()
    worker = listing.add(f"{WORKER} --daemon", pid=812, rss=90 * MiB, elapsed="1-00:00:00")
    listing.add(
        "/home/dev/.cache/uv/bin/python /home/dev/.cache/uv/bin/chroma-mcp --client-type persistent",
        pid=5000 + look * 37,
        parent=worker,
        session=worker,
        rss=(310 + look) * MiB,
        threads=48,
        cpu=500.0 + 40 * (look % 5),
        elapsed=f"00:0{look % 3 + 1}",
    )
    return listing


def one_port() -> tuple[Listing, str]:
    """Return four daemons bound to one port, and what `ss -ltnp` says of it."""
    listing = Listing()
    pids = [listing.add(f"{WORKER} --daemon --port 37777", rss=88 * MiB) for _ in range(4)]
    lines = ["State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process"]
    lines += [
        f'LISTEN 0      511        127.0.0.1:37777      0.0.0.0:*    users:(("MainThread",pid={pid},fd=21))'
        for pid in pids
    ]
    return listing, "\n".join(lines) + "\n"


def file_of_somebody_else() -> tuple[Listing, str]:
    """Return a machine where the pid of a worker's file belongs to an editor by now."""
    listing = Listing()
    listing.add(f"{WORKER} --daemon", pid=4200, rss=88 * MiB)
    listing.add("vim notes.md", pid=4711, rss=9 * MiB, elapsed="02:00")
    return listing, '{"pid": 4711, "port": 37777, "startedAt": "2026-11-18T08:00:00Z"}\n'
