"""Which process listens where, as far as this user is shown."""

import socket
import sys
from collections.abc import Iterable
from ipaddress import ip_address

_QUICK = 1.0  # seconds: on this machine a port answers, or declines, at once

Address = tuple[str, int]


def listening(pids: Iterable[int]) -> dict[Address, int]:
    """Return the addresses on which some processes wait for TCP connections, and which of them does."""
    if sys.platform != "linux":
        return {address: pid for pid in pids for address in _asked(pid)}
    from memdoctor.live.linux import listeners
    from memdoctor.live.streams import open_files

    holders, _ = open_files(pids)
    return {(one.address, one.port): one.pid for one in listeners(holders) if one.pid is not None}


def _asked(pid: int) -> list[Address]:
    """Return where a process listens, where there is no /proc."""
    import psutil

    try:
        process = psutil.Process(pid)
        ask = getattr(process, "net_connections", None) or process.connections
        return [tuple(one.laddr) for one in ask("tcp") if one.status == psutil.CONN_LISTEN]
    except (psutil.Error, OSError):
        return []


def is_open(host: str, port: int) -> bool:
    """Whether anybody takes connections there."""
    try:
        with socket.create_connection((reachable(host), port), _QUICK):
            return True
    except OSError:
        return False


def reachable(host: str) -> str:
    """Return the address at which one connects to what listens on `host`.

    >>> reachable("0.0.0.0"), reachable("::1")
    ('127.0.0.1', '::1')
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return ("127.0.0.1" if address.version == 4 else "::1") if address.is_unspecified else host


def takes(listener: str, host: str) -> bool:
    """Whether a listener on one address keeps another from listening on `host`, at the same port.

    >>> takes("0.0.0.0", "127.0.0.1"), takes("::1", "127.0.0.1"), takes("127.0.0.1", "localhost")
    (True, False, True)
    """
    return host in {listener, "localhost"} or ip_address(listener).is_unspecified
