"""Listening sockets: whose they are, and which processes share one."""

from pathlib import Path

import pytest

from memdoctor.errors import InputError
from reading import text

from process_reading import PS, found

ADDRESSES = {("127.0.0.1", 40123), ("0.0.0.0", 40124), ("::1", 40126)}


def test_ss() -> None:
    path = PS / "ss_ltnp.txt"
    told = found("listeners", path)
    assert [(one.address, one.port, one.pid) for one in told.listeners] == [
        ("127.0.0.1", 37790, 32551),
        ("127.0.0.1", 37790, 32543),
        ("127.0.0.1", 37777, 32512),
        ("127.0.0.1", 38010, 32582),
        ("127.0.0.1", 38010, 32580),
        ("127.0.0.1", 38002, 32578),
        ("127.0.0.1", 38001, 32576),
        ("*", 45835, 9167),
        ("*", 38801, 8842),
    ]
    assert len({one.socket for one in told.listeners}) == 9
    assert told.listeners[0].place == f"{path}:2"
    [problem] = told.problems
    assert problem.message == "the process of a listening socket is not visible"
    assert (problem.place, problem.help) == (f"{path}:9", "take it as root: sudo ss -ltnp")


def test_one_socket_of_two_processes() -> None:
    told = found("listeners", PS / "ss_ltnpe.txt")
    assert len(told.listeners) == 10
    assert {one.socket for one in told.listeners} == {"634579", "634580", "634581", "634582", "634583"}
    assert {(one.address, one.port) for one in told.listeners} == ADDRESSES | {
        ("0.0.0.0%lo", 40127),
        ("*", 40125),
    }


def test_lsof_names_the_same_sockets_as_ss() -> None:
    ss, lsof = found("listeners", PS / "ss_ltnpe.txt"), found("listeners", PS / "lsof.txt")
    assert {(one.pid, one.port, one.socket) for one in lsof.listeners} == {
        (one.pid, one.port, one.socket) for one in ss.listeners
    }
    assert {(one.address, one.port) for one in lsof.listeners} >= ADDRESSES
    assert lsof.problems == []


def test_netstat() -> None:
    told = found("listeners", PS / "netstat.txt")
    assert {one.pid for one in told.listeners} == {11152}
    assert {(one.address, one.port) for one in told.listeners} == ADDRESSES | {
        ("0.0.0.0", 40127),
        ("::", 40125),
    }
    assert len(told.problems) == 1


@pytest.mark.parametrize(
    ("line", "address", "port", "pids", "socket"),
    [
        ('LISTEN 0 5 [fe80::1]%eth0:80 [::]:* users:(("a b(",pid=3,fd=3))', "fe80::1%eth0", 80, [3], None),
        ('tcp   LISTEN 0 5 *:80 *:* users:(("a",pid=3,fd=3),("a",pid=3,fd=4))', "*", 80, [3], None),
        ('LISTEN 0 5 :::80 :::* users:(("x",pid=7,fd=1),("y",pid=8,fd=1))', "::", 80, [7, 8], None),
        ("tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 0 632729 8842/PM2 v6: God", "0.0.0.0", 80, [8842], "632729"),
        ("  TCP    [::]:37777  [::]:0  ABHÖREN  4242", "::", 37777, [4242], None),
        ("node 44 dev 18u IPv4 0x8c2a 0t0 TCP *:3000 (LISTEN)", "0.0.0.0", 3000, [44], "0x8c2a"),
        ("node\\x20x 44 dev 18u IPv6 0x8c2a 0t0 TCP *:3000 (LISTEN)", "*", 3000, [44], "0x8c2a"),
    ],
)
def test_lines(  # noqa: PLR0917
    line: str, address: str, port: int, pids: list[int], socket: str | None, tmp_path: Path
) -> None:
    path = text(tmp_path / "a.txt", f"{line}\n")
    told = found("listeners", path).listeners
    assert [(one.address, one.port, one.pid, one.socket) for one in told] == [
        (address, port, pid, socket or f"{path}:1") for pid in pids
    ]


@pytest.mark.parametrize(
    "content",
    [
        "LISTEN 0 128 0.0.0.0:2024 0.0.0.0:*\n",
        "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n",
        'LISTEN 0 5 *:http *:* users:(("a",pid=3,fd=3))\n',
        'LISTEN 0 5 *:80 *:* users:(("a",pid=0,fd=3),("b",pid=99999999999,fd=3))\n',
        'ESTAB 0 0 127.0.0.1:80 127.0.0.1:999 users:(("a",pid=3,fd=3))\n',
        "TCP 0.0.0.0:135 10.0.0.1:443 ESTABLISHED 44\n",
        "(LISTEN)\n",
    ],
)
def test_nothing_in_it(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        found("listeners", text(tmp_path / "a.txt", content))
