"""Lines that tell of a listening socket, as `ss`, `lsof` and `netstat` print them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.readers.parts.processes.process_fields import MOST_PID

_SS = re.compile(
    r"(?:tcp6?+[ \t]++)?+LISTEN[ \t]++[0-9]{1,12}+[ \t]++[0-9]{1,12}+[ \t]++(\S{1,200}+)(?=\s|\Z)"
)
_SS_USER = re.compile(r",pid=([0-9]{1,10}+),fd=")
_SS_INODE = re.compile(r"\sino:([1-9][0-9]{0,19}+)(?=\s|\Z)")
_ANYWHERE = ("0.0.0.0:0", "[::]:0")
_MOST_WORDS = 24  # of a line of `lsof` or `netstat`


@dataclass(frozen=True, slots=True)
class Socket:
    """A listening socket; `port` is None if it is told by a name, `inode` if it is not told."""

    address: str
    port: int | None
    pids: tuple[int, ...]
    inode: str | None = None


def socket_of(line: str) -> Socket | None:
    """Return the listening socket a line tells of, or None."""
    if found := _SS.match(line):
        inode = _SS_INODE.search(line, found.end())
        users = _SS_USER.findall(line, found.end())
        return _socket(found[1], users, inode[1] if inode else None)
    words = line.split(None, _MOST_WORDS)[:_MOST_WORDS]
    if "(LISTEN)" in words:
        return _of_lsof(words, words.index("(LISTEN)"))
    if words[5:6] == ["LISTEN"] and words[0].startswith("tcp"):
        return _of_netstat(words)
    # What is connected to port 0 of anywhere waits; the word for it is in the language of the system.
    if len(words) == 5 and words[0] == "TCP" and words[2] in _ANYWHERE:
        return _socket(words[1], words[4:], None)
    return None


def _of_lsof(words: Sequence[str], end: int) -> Socket | None:
    """Read `node 4711 dev 18u IPv4 0x8c2a 0t0 TCP *:3000 (LISTEN)`; the device is that of the socket."""
    if end < 9 or words[end - 2] != "TCP":
        return None
    kind, device, local = words[end - 5], words[end - 4], words[end - 1]
    if kind == "IPv4" and local.startswith("*:"):
        local = f"0.0.0.0{local[1:]}"  # noqa: S104 - as all others write it; nothing is bound here
    return _socket(local, [words[1]], device)


def _of_netstat(words: Sequence[str]) -> Socket:
    """Read the words behind LISTEN: with -e the user and the inode, then `4711/node` or a dash."""
    extended = len(words) > 8 and words[7].isdigit()
    pid, slash, _ = words[8 if extended else 6].partition("/") if len(words) > 6 else ("", "", "")
    return _socket(words[3], [pid] if slash else [], words[7] if extended else None)


def _socket(local: str, pids: Sequence[str], inode: str | None) -> Socket:
    """Put together what was found; one process may have one socket open several times."""
    host, _, port = local.rpartition(":")
    numbers = (int(pid) for pid in pids if pid.isascii() and pid.isdigit() and len(pid) < 11)
    known = dict.fromkeys(pid for pid in numbers if 0 < pid < MOST_PID)
    return Socket(_address(host), _port(port), tuple(known), inode)


def _address(host: str) -> str:
    """Return an address without brackets: `[fe80::1]%eth0` is `fe80::1%eth0`."""
    bare, bracket, interface = host.removeprefix("[").partition("]")
    return bare + interface if bracket else host


def _port(word: str) -> int | None:
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 0
    return number if 0 < number < 1 << 16 else None
