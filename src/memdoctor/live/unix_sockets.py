"""Linux: which UNIX sockets are connected to which, from the kernel (sock_diag(7)).

Node makes socket pairs for `stdio: "pipe"`, and /proc/net/unix does not tell who is at the other end.
"""

import socket
import struct

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_REQUEST_DUMP = 0x001 | 0x300  # NLM_F_REQUEST | NLM_F_DUMP
_SHOW_PEER = 0x00000004
_ALL_STATES = 0xFFFFFFFF
_ERROR, _DONE = 2, 3
_UNIX_DIAG_PEER = 2
_HEADER = struct.Struct("=LHHLL")
_MESSAGE = struct.Struct("=BBBxLLL")  # family, type, state, inode, cookie
_ATTRIBUTE = struct.Struct("=HH")


def peers() -> dict[int, int] | None:
    """Return the inode at the other end of each connected UNIX socket, 0 for one whose other end is closed.

    Sockets of other network namespaces are not among them. None where the kernel does not tell.
    """
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as netlink:
            netlink.settimeout(2)
            body = struct.pack("=BBHLLLLL", socket.AF_UNIX, 0, 0, _ALL_STATES, 0, _SHOW_PEER, 0, 0)
            length = _HEADER.size + len(body)
            netlink.send(_HEADER.pack(length, _SOCK_DIAG_BY_FAMILY, _REQUEST_DUMP, 1, 0) + body)
            found: dict[int, int] = {}
            while not _take(netlink.recv(1 << 18), found):
                pass
            return found
    except (OSError, AttributeError, struct.error):
        return None


def _take(data: bytes, found: dict[int, int]) -> bool:
    """Read the messages of one packet; return whether it was the last."""
    position = 0
    while position + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, position)
        if kind == _DONE:
            return True
        if kind == _ERROR or length < _HEADER.size:
            raise OSError("the kernel declined")
        start = position + _HEADER.size
        _, _, _, inode, _, _ = _MESSAGE.unpack_from(data, start)
        found[inode] = _peer(data, start + _MESSAGE.size, position + length)
        position += (length + 3) & ~3
    return False


def _peer(data: bytes, position: int, end: int) -> int:
    while position + _ATTRIBUTE.size <= end:
        length, kind = _ATTRIBUTE.unpack_from(data, position)
        if length < _ATTRIBUTE.size:
            return 0
        if kind == _UNIX_DIAG_PEER:
            return int(struct.unpack_from("=L", data, position + _ATTRIBUTE.size)[0])
        position += (length + 3) & ~3
    return 0
