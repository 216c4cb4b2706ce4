"""Names and addresses of machines in texts, told from versions, times and names of programs."""

import re
from collections.abc import Callable, Iterator

from memdoctor.signs import likely, signed

# They tell of nobody: this machine, those of examples, and where everybody's programs come from.
_EVERYBODYS = frozenset(
    [
        *("localhost", "localhost.localdomain", "ip6-localhost", "host.docker.internal"),
        *("example.com", "example.org", "example.net", "github.com", "nodejs.org", "bun.sh", "bun.com"),
        *("deno.land", "v8.dev", "developer.mozilla.org", "null", "none", "undefined", "true", "false"),
    ]
)
# What no host follows, though :// does.
_NO_HOSTS = frozenset(
    [
        *("file", "node", "bun", "deno", "npm", "urn", "data", "blob", "app", "webpack"),
        *("webpack-internal", "turbopack", "rsc", "vite", "chrome", "devtools", "chrome-extension"),
        *("moz-extension", "vscode"),
    ]
)
# What follows the @ of a package.
_TAGS = r"(?:latest|next|beta|alpha|canary|rc|nightly|lts|stable|workspace|npm|https?|file)(?!\w)|v\d"
_PRIVATE = "internal|local|lan|corp|intranet|localdomain"
_PUBLIC = "com|net|org|io|dev|cloud|app|co|de|uk|eu|fr|nl|ch|at|us|ca|au|jp|cn|in|br|ru|pl|se"
_ERRORS = "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_OF_VERSION = r"(?:[abcpr]|rc|alpha|beta|dev|pre|post)\d*(?![A-Za-z])"  # behind its numbers
_PAIR = "[0-9A-Fa-f]{2}"
_DASHED = rf"{_BYTE}(?:-{_BYTE}){{3}}"  # an address within a name

_Patterns = tuple[re.Pattern[str], ...]
# The group `it` is the host.
_NAMES: _Patterns = (
    signed(
        re.compile(
            r"(?<![\w+.-])(?P<scheme>[A-Za-z][\w+.-]*+)://(?:[^\s/@]++@)?+"
            r"(?P<it>[A-Za-z0-9_](?:[\w-]|\.(?=\w))*+|\[[0-9A-Fa-f:.]++\])"
        ),
        "://",
    ),
    signed(
        re.compile(rf"\b(?:{_ERRORS})\s++(?P<it>(?=[A-Za-z])[\w.-]++)"),
        "enotfound",
        "eai_again",
        "econn",
        "etimedout",
        "ehostunreach",
        "enetunreach",
    ),
    signed(
        re.compile(r"(?<![\w.-])--?(?:host(?:name)?|server|bind)(?:\s++|=)(?P<it>(?=[A-Za-z])[\w.-]++)"),
        "host",
        "server",
        "bind",
    ),
    signed(
        re.compile(
            r"(?i)(?<![\w-])\\?[\"']?(?:host|hostname|servername)(?:\\?[\"']\s*+:|=)\s*+\\?[\"']?"
            r"(?P<it>[a-z0-9][\w.-]*+)"
        ),
        "host",
        "servername",
    ),
    signed(
        re.compile(
            rf"(?<![\w.+@/<-])(?P<user>[A-Za-z_][\w.+-]*+)@(?!{_TAGS})(?P<it>[A-Za-z](?:[\w-]|\.(?=\w))*+)"
            r"(?!://|/|@)"
        ),
        "@",
    ),
    signed(
        re.compile(
            rf"(?<![A-Za-z0-9-])(?P<it>(?:ip|ec2|host|client|dhcp|vm)-{_DASHED}(?:\.[a-z0-9-]++)*+"
            rf"|[a-z][a-z0-9]{{0,15}}-{_DASHED}(?:\.[a-z0-9-]++)++)(?![\w-])"
        ),
        "-",
    ),
    signed(
        re.compile(
            r"(?<![\w.@/\\-])(?P<path>(?:(?:global|\w*[A-Z]\w*+)\.)*+)(?P<it>[a-z0-9][a-z0-9-]*+(?:\.[a-z0-9][a-z0-9-]*+)++)"
            r"(?P<port>:\d{1,5}(?!\d))?+(?!\w|\.\w|[(\[])"
        ),
        ".",
    ),
)
_USER_AT_ADDRESS = re.compile(r"(?<![\w.+@/<-])(?P<user>[A-Za-z_][\w.+-]*+)(?=@\[?<address-)")
_ADDRESSES: _Patterns = (
    # Names that are addresses, joined by dots: no version has more than four numbers.
    signed(
        re.compile(
            rf"(?<![A-Za-z0-9])(?<!\d[.-])(?!1\.3\.6\.1\.|2\.5\.)"
            rf"(?P<it>(?P<joined>{_BYTE}(?:\.{_BYTE}){{4,}}+))(?!\d|\.\d)"
        ),
        ".",
    ),
    # It may be glued to a word: client-203.0.113.5, hits.203.0.113.5, 203.0.113.5count
    signed(
        re.compile(
            rf"(?<![A-Za-z0-9])(?<!\d[.-])(?P<it>{_BYTE}(?:\.{_BYTE}){{3}})(?!\d|\.\d|{_OF_VERSION})"
        ),
        ".",
    ),
    signed(
        re.compile(
            r"(?<![\w:])(?P<it>[0-9A-Fa-f]{0,4}+(?::(?:[0-9A-Fa-f]{1,4}+|(?=:)|(?<=::))){2,7}"
            r"(?:(?:\.\d{1,3}){3}(?![\w:]))?+)(?!\w|:[0-9A-Fa-f:])"
        ),
        ":",
    ),
    signed(
        re.compile(rf"(?<![\w:-])(?P<it>{_PAIR}(?P<by>[:-])(?:{_PAIR}(?P=by)){{4}}{_PAIR})(?![\w:-])"),
        ":",
        "-",
    ),
)
_OF_A_NETWORK = re.compile(rf"[^.]++\.[^.]++(?:\.[^.]++)*\.(?:{_PRIVATE})")
_WITH_PORT = re.compile(rf"[^.]++(?:\.[^.]++)*\.(?:{_PRIVATE}|{_PUBLIC})")
_VERSION_OF = re.compile(
    r"(?i)\b(?:v8|\w*version|node|nodejs|bun|electron|\w*chrom(?:e|ium)|edg|opr)[\"']?[\s:=/@\"'-]{0,4}v?$"
)
_EMBEDDED = re.compile(r"-(?:node|electron|bun|deno)\b")  # behind a version of V8
_LOOPBACK = re.compile(r"\[?::1\]?$|127\.|0\.0\.0\.0$")
_OF_THIS_MACHINE = re.compile(r"127\.\d+\.\d+\.\d+|0\.0\.0\.0|255\.255\.255\.255")


def is_version_at(text: str, start: int, end: int) -> bool:
    """Whether four numbers between dots are the version of a program, as what is around them says."""
    if _EMBEDDED.match(text, end) is not None:
        return True
    return _VERSION_OF.search(text[max(start - 24, 0) : start]) is not None


def hosts(text: str) -> Iterator[str]:
    """Yield the hosts that a text names."""
    names = map(_host, _found(text, _NAMES, _is_host))
    return (name for name in names if not name[0].isdigit() and name[0] != "[")


def machines(text: str) -> Iterator[re.Match[str]]:
    """Yield the hosts and addresses in a text, with what they are known by."""
    yield from _found(text, _ADDRESSES, _is_address)
    yield from _found(text, _NAMES, _is_host)


def _found(
    text: str, patterns: _Patterns, is_one: Callable[[re.Match[str]], bool]
) -> Iterator[re.Match[str]]:
    for pattern in likely(patterns, text):
        yield from filter(is_one, pattern.finditer(text))


def without_hosts(text: str, stand_in: Callable[[str, str], str]) -> str:
    """Return a text with `stand_in(kind, name)` for each host, address, and user before a host."""

    def replaced(match: re.Match[str]) -> str:
        if not _is_host(match):
            return match[0]
        host, after = _host(match), match.end("it")
        first = after - len(host)
        start, end = match.span()
        before = match.string[start:first]
        if match.re.groupindex.get("user"):
            before = f"{stand_in('user', match['user'])}@"
        return f"{before}{stand_in('host', host)}{match.string[after:end]}"

    def no_address(match: re.Match[str]) -> str:
        if not _is_address(match):
            return match[0]
        return ".".join(stand_in("address", one) for one in _apart(match))

    for pattern in likely(_ADDRESSES, text):
        text = pattern.sub(no_address, text)
    text = _USER_AT_ADDRESS.sub(lambda match: stand_in("user", match["user"]), text)
    for pattern in likely(_NAMES, text):
        text = pattern.sub(replaced, text)
    return text


def _host(match: re.Match[str]) -> str:
    """Return the host of a match: what stands behind `global.` is a property, if a host is left."""
    name = match["it"]
    if (match.groupdict().get("path") or "").startswith("global."):
        field, _, rest = name.partition(".")
        if field.isidentifier() and _is_named(rest.lower(), match["port"]):
            return rest
    return name


def _is_named(name: str, port: str | None) -> bool:
    """Whether a name with dots is one of a machine; alone it may be a field of an object."""
    return bool((_WITH_PORT if port else _OF_A_NETWORK).fullmatch(name))


def _is_host(match: re.Match[str]) -> bool:
    groups, name = match.re.groupindex, match["it"].lower()
    if name in _EVERYBODYS or _LOOPBACK.match(name):
        return False
    if "scheme" in groups:
        return match["scheme"].lower() not in _NO_HOSTS
    if "port" in groups:
        return _is_named(name, match["port"])
    return True


def _apart(match: re.Match[str]) -> list[str]:
    """Return the addresses that a dot joins: of numbers that are no multiple of four, all as one."""
    numbers = match["it"].split(".")
    if "joined" not in match.re.groupindex or len(numbers) % 4:
        return [match["it"]]
    return [".".join(numbers[first : first + 4]) for first in range(0, len(numbers), 4)]


def _is_address(match: re.Match[str]) -> bool:
    """Whether what looks like an address is one of a machine, and not of every machine."""
    text = match["it"]
    if "by" in match.re.groupindex or "joined" in match.re.groupindex:
        return True
    if ":" not in text:
        return not (
            _OF_THIS_MACHINE.fullmatch(text) or is_version_at(match.string, match.start(), match.end())
        )
    from ipaddress import ip_address

    try:
        address = ip_address(text)
    except ValueError:  # a time, a path of C++
        return False
    return not (address.is_loopback or address.is_unspecified) and any(len(p) > 2 for p in text.split(":"))
