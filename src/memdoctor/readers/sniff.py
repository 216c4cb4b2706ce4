"""What an input is, decided by its content, never by its name."""

from collections.abc import Callable

from memdoctor.errors import InputError

_HELP = (
    "memdoctor reads the -diagnostics.json of /heapdump, and process.memoryUsage() "
    "or v8.getHeapStatistics() as JSON"
)

# The registry: each reader's module with its signature; the first that fits wins.
_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("diagnostics", lambda head: head[:1] in {b"{", b"["}),
)

# What people bring by mistake, told apart so that the error can say what it is.
_MISTAKEN: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (
        "a heap snapshot, not the diagnostics document beside it",
        lambda head: head[:1] == b"{" and b'"snapshot"' in head[:64] and b'"meta"' in head[:256],
    ),
    (
        "a heap snapshot of Bun, not the diagnostics document beside it",
        lambda head: head[:1] == b"{" and b'"nodeClassNames"' in head,
    ),
    (
        "a Node diagnostic report, not a /heapdump diagnostics document",
        lambda head: head[:1] == b"{" and b'"reportVersion"' in head[:4096],
    ),
)


def identify(head: bytes) -> str:
    """Return the format's name for the first bytes of an input.

    Raises InputError, saying what it seems to be instead, if memdoctor does not read it.
    """
    text = head.lstrip()
    for kind, fits in _MISTAKEN:
        if fits(text):
            raise InputError(kind, _HELP)
    for name, fits in _SIGNATURES:
        if fits(text):
            return name
    if b"\0" in head:
        raise InputError("binary data, in no format memdoctor knows", _HELP)
    if not text:
        raise InputError("nothing but white space", _HELP)
    raise InputError("not JSON: it starts with neither { nor [", _HELP, place="line 1")
