"""What looks like a secret: keys, tokens, passwords, credentials in URLs; and command lines without them.

Patterns take linear time on any text: what they repeat they never give back.
"""

import re
from collections.abc import Iterator

from memdoctor.signs import OF_TELLING_NAMES, OF_TOKENS, likely, signed
from memdoctor.text import file_name, with_group

_TELLING = (
    r"(?:token(?!s\b|iz)|secret|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credential"
    r"|cookie|session[_-]?id|authorization|signature|oauth|connection[_-]?string|dsn\b|pwd\b)"
)
# Between a name and its value: in a header, a document, or a document within a document.
_IS = r"\\{0,3}+[\"']?+\s*+[:=]\s*+"
_NAME = r"(?<![\w.-])"  # where one begins
_VALUE = (
    r"(?!(?:basic|bearer|digest|negotiate|token)\s++[<*])"  # what follows is masked already
    r"(?P<it>\\{0,3}+\"[^\"]*+\"|\\{0,3}+'[^']*+'|[^\s\"',;&<]++)"
)
_QUOTE = r"\\{0,3}+[\"']?+"
_KEYS = (
    r"eyJ[\w-]{8,}+(?:\.[\w-]*+){0,2}+"  # JSON web token, also one that was cut off
    r"|[sr]k[-_][\w-]{8,}+|gh[pousr]_\w{8,}+|github_pat_\w{8,}+|glpat-[\w-]{8,}+|xox[abposr]-[\w-]{8,}+"
    r"|xapp-[\w-]{8,}+|A[KS]IA[0-9A-Z]{12,}+|AIza[\w-]{20,}+|npm_\w{8,}+|hf_\w{8,}+|pypi-[\w-]{8,}+"
    r"|shp(?:at|ss|ca|pa)_\w{8,}+|dop_v1_\w{8,}+|whsec_[\w+/=]{8,}+|SG\.[\w-]{8,}+\.[\w-]++|ya29\.[\w-]{8,}+"
)
# Those that are nothing else, whatever they are glued to: by their length, and what they begin with.
_UNMISTAKABLE = (
    r"sk-(?:ant|proj)-[\w-]{16,}+|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}+|gh[pousr]_[A-Za-z0-9]{36,}+"
    r"|github_pat_\w{22,}+|glpat-[\w-]{20,}+|xox[abposr]-[0-9][\w-]{15,}+|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{35}"
    r"|npm_[A-Za-z0-9]{36}|hf_[A-Za-z]{34}|eyJ[\w-]{8,400}+\.eyJ[\w-]{8,}+(?:\.[\w-]*+)?+"
    r"|SG\.[\w-]{22}\.[\w-]{43}|shp(?:at|ss|ca|pa)_[0-9a-f]{32}|dop_v1_[0-9a-f]{64}"
)
# Behind an underscore a word may begin as a token does, but it has no digit.
_TOKEN = rf"(?<![A-Za-z0-9_])(?:{_KEYS})|(?<=_)(?=[\w.+/=-]{{0,60}}?[0-9])(?:{_KEYS})|{_UNMISTAKABLE}"
# The beginnings of tokens, however short.
_HALF_KEYS = re.sub(r"\{[0-9]+,\}\+", "{0,400}+", _KEYS.replace(r"\.[\w-]++", r"\.?+[\w-]*+"))

# Kind → pattern; the group named `it` is the secret. Tokens come first: they may hold the others.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "key",
        signed(
            re.compile(
                r"(?P<it>-----BEGIN [A-Z ]++-----(?:[^-]++|-(?!----))*+(?:-----END [A-Z ]++-----)?+)"
            ),
            "-----begin ",
        ),
    ),
    (
        "cookie",
        signed(
            re.compile(
                rf"(?<![\w-])(?:set-)?cookie{_IS}{_QUOTE}"
                r"(?P<it>\[[^\]<]++\]|[^\s=;,\"'\\<]++=[^\r\n\"'\\<]++)",
                re.I,
            ),
            "cookie",
        ),
    ),
    (
        "token",
        signed(
            re.compile(
                rf"(?<!\w)authorization{_IS}{_QUOTE}(?:(?:basic|bearer|digest|negotiate|token)\s++)?+"
                r"(?P<it>[^\s\"'\\,;<]++)",
                re.I,
            ),
            "authorization",
        ),
    ),
    ("credentials", signed(re.compile(r"(?<=://)(?P<it>[^\s/@]++(?:@[^\s/@]++(?=@))*+)(?=@)"), "@")),
    ("token", signed(re.compile(r"\bBearer\s++(?P<it>[\w.~+/=-]{8,}+)", re.I), "bearer")),
    (
        "token",
        signed(
            re.compile(r"\b(?:Basic|token)\s++(?P<it>(?=[\w~+/=-]*[\d=])[\w.~+/=-]{8,}+)", re.I),
            "basic",
            "token",
        ),
    ),
    ("token", signed(re.compile(rf"(?P<it>{_TOKEN})"), *OF_TOKENS)),
    (
        "secret",
        signed(
            re.compile(rf"{_NAME}(?=[\w.-]*?{_TELLING}{_IS})[\w.-]++{_IS}{_VALUE}", re.I),
            *OF_TELLING_NAMES,
        ),
    ),
    # A telling word within a name: CookieJar: 300 entries is none.
    (
        "secret",
        signed(
            re.compile(rf"{_NAME}(?=[\w.-]*?{_TELLING})[\w.-]++{_IS}(?!\d++(?![\w-])){_VALUE}", re.I),
            *OF_TELLING_NAMES,
        ),
    ),
    (
        "secret",
        signed(
            re.compile(
                rf"(?<![\w-])--?(?=[\w-]*?{_TELLING})[\w-]++\s++(?P<it>\"[^\"<]*+\"|'[^'<]*+'|[^\s<-][^\s]*+)",
                re.I,
            ),
            *OF_TELLING_NAMES,
        ),
    ),
    (
        "token",
        signed(re.compile(r"(?<![\w:.-])(?P<it>[0-9]{8,12}:AA[\w-]{24,}+)"), ":aa"),
    ),  # a bot of Telegram
    (
        "token",
        signed(
            re.compile(r"(?<![\w$])(?P<it>\$(?:2[abxy]|argon2(?:id?|d)|scrypt|[156])\$[\w./$=,+-]{8,}+)"),
            "$",
        ),
    ),  # a hash
    (
        "token",  # 40 signs of base64, as AWS has its secret keys
        re.compile(
            r"(?<![\w/+=.-])(?P<it>(?=[A-Za-z0-9]*+[/+])(?=[a-z0-9/+]*+[A-Z])(?=[A-Z0-9/+]*+[a-z])(?=[A-Za-z/+]*+[0-9])"
            r"[A-Za-z0-9][A-Za-z0-9/+]{39})(?![\w/+=.-])"
        ),
    ),
    (
        "token",  # a long run of letters and digits that is no name
        re.compile(
            r"(?<![\w+/=.-])(?P<it>(?=[A-Za-z0-9]{32})(?=[a-z0-9]*+[A-Z])(?=[A-Z0-9]*+[a-z])"
            r"(?=(?:[A-Za-z]*+\d){4})[A-Za-z0-9]++)(?![\w.-])"
        ),
    ),
)

# In addresses, and in any text also what only the options of a program say.
IN_ADDRESSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "credentials",
        signed(re.compile(r"(?<![\w/:.-])[\w.+-]{1,64}+:(?P<it>[^\s/@:<]{1,128}+)@(?=[\w.-]+)"), "@"),
    ),
    (
        "token",
        signed(
            re.compile(r"[?&][\w.-]*?(?:sig|key|secret|token|passw\w*)[\w.-]*+=(?P<it>[^\s&<]++)", re.I),
            "?",
            "&",
        ),
    ),
    (  # cut off before its @: what follows the colon is no port
        "credentials",
        signed(re.compile(r"(?<=://)(?P<it>[^\s/@:<\[]++:(?!\d{1,5}(?!\w))[^\s/@<]++)(?!@)"), "://"),
    ),
    (
        "token",
        signed(re.compile(r"hooks\.slack\.com/services/(?P<it>[^\s<]++)"), "hooks.slack.com/services/"),
    ),
    ("token", signed(re.compile(r"\bbot[0-9]{6,12}:(?P<it>[\w-]{20,}+)"), "bot")),
)
IN_TEXTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    *IN_ADDRESSES,
    (
        "secret",
        signed(
            re.compile(
                r"\b(?:sshpass|mongo|mongosh|mongodump|mysql|mysqldump|mysqladmin|mariadb|plink|pscp)(?:\.exe)?\s"
                r"(?:[^\n|;&]{0,200}?\s)??-pw?\s*+(?P<it>[^\s<-]\S*+)"
            ),
            "sshpass",
            "mongo",
            "mysql",
            "mariadb",
            "plink",
            "pscp",
        ),
    ),
    (
        "secret",
        signed(
            re.compile(r"\bredis-cli(?:\.exe)?\s(?:[^\n|;&]{0,200}?\s)??-a\s*+(?P<it>[^\s<-]\S*+)"),
            "redis-cli",
        ),
    ),
    (
        "secret",
        signed(re.compile(r"(?<![\w-])(?:-u|--user|--proxy-user)[\s=]++[^\s:<]++:(?P<it>[^\s<]++)"), "-u"),
    ),
)
EMAIL = (
    "email",
    signed(
        re.compile(r"(?<![\w.+-])(?!git@)(?P<it>[\w.+-]++@(?!\d++\.\d)(?:[\w-]++\.)++[A-Za-z][\w-]*+)"), "@"
    ),
)
# What leaves no machine and is in no copy; the audit names just this.
EVERYWHERE: tuple[tuple[str, re.Pattern[str]], ...] = (*PATTERNS, *IN_TEXTS, EMAIL)

# What somebody else has cut, as PM2 does in its tables: before the mark stands half of it.
HALVES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("token", re.compile(rf"(?<![A-Za-z0-9])(?P<it>{_HALF_KEYS})(?=…)")),
    ("email", re.compile(r"(?<![\w.+-])(?P<it>[\w.+-]++@(?!\d++\.\d)[\w.-]*+)(?=…)")),
    ("address", re.compile(r"(?<![\w.])(?P<it>(?:\d{1,3}\.){3})(?=…)")),
)
# What identifies a person or a run; they come after secrets, which may hold them.
PRIVATE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("value", signed(re.compile(r"(?<!\w)[A-Z][A-Z0-9_]++=(?P<it>\"[^\"]*+\"|'[^']*+'|[^\s\"'<]++)"), "=")),
    (
        "id",
        signed(re.compile(r"(?<![0-9a-f])(?P<it>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.I), "-"),
    ),
    ("id", re.compile(r"(?<![0-9a-z])(?P<it>[0-9a-f]{32,64}+)(?![0-9a-z])", re.I)),
)

LONG_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9]{16,256}+(?![A-Za-z0-9_])")
_DRAWN = re.compile(
    r"(?=[A-Za-z]*+[0-9][A-Za-z]*+[0-9])(?=[a-z0-9]*+[A-Z])(?=[A-Z0-9]*+[a-z])[A-Za-z0-9]{16,}+"
)
_PIECE = re.compile(r"[A-Z]?[a-z]++|[A-Z]++(?![a-z])|[A-Z]|[0-9]++")
_LONGEST_PIECES = 2.2  # characters, on average; words in a name are longer


def is_drawn(text: str) -> bool:
    """Whether letters and digits follow each other as chance has it: an id of a session, no name.

    >>> is_drawn("Zq8Xw2Lk9Pv3Rt7Yn1Bc"), is_drawn("Sha256Md5Base64Encoder")
    (True, False)
    """
    return _DRAWN.fullmatch(text) is not None and len(text) <= _LONGEST_PIECES * len(_PIECE.findall(text))


def drawn(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text that chance has drawn."""
    return (match for match in LONG_WORD.finditer(text) if is_drawn(match[0]))


MASK = "***"

# Options of a command line whose value is nobody's business; in a name, words are apart by dashes.
_TELLING_WORD = re.compile(
    r"token|secret|passw(?:or)?d|passphrase|pass|pwd?|pw|apikey|key|auth|authorization|credentials?|cookie|bearer"
    r"|pat|dsn|otp|pin|jwt|oauth|sig|signature|authtoken|.*pass|require ?pass",
    re.I,
)
# Programs with an option for a password that is named as anything.
_OWN_OPTIONS = {
    **dict.fromkeys(("redis-cli",), "-a"),
    **dict.fromkeys(("sshpass", "mongosh", "mongo", "mongodump"), "-p"),
    **dict.fromkeys(("plink", "pscp", "putty"), "-pw"),
}
_WORDS = re.compile(r"[A-Z]++(?![a-z])|[A-Z]?[a-z]++")
_USER = frozenset({"-u", "--user", "--proxy-user"})
_OPAQUE = re.compile(r"(?=[^\s]*[0-9])(?=[^\s]*[a-z])(?=[^\s]*[A-Z])[A-Za-z0-9_+=-]{24,}+")
_PASSWORD_OF_MYSQL = re.compile(r"-p\S+")
_MYSQL = ("mysql", "mysqldump", "mysqladmin", "mariadb")


def mask_words(words: tuple[str, ...]) -> str:
    """Return a command line as one text, with a mask for each secret in it.

    >>> mask_words(("curl", "--api-key", "abc", "https://me:hunter2@host/", "--token=x", "-v"))
    'curl --api-key *** https://***@host/ --token=*** -v'
    """
    masked: list[str] = []
    before, quote = "", ""
    for index, word in enumerate(words):
        if quote:  # within a value that was masked
            quote = "" if word.endswith(quote) else quote
            continue
        masked.append(_masked(word, before, words[0]))
        if masked[-1].endswith(MASK):
            quote = _left_open(word, words[index + 1 :])
        before = word
    text = " ".join(masked)
    for pattern in likely((pattern for _, pattern in (*PATTERNS, *IN_ADDRESSES)), text):
        text = pattern.sub(_mask, text)  # a mask is no sign of another
    return text


def _left_open(word: str, rest: tuple[str, ...]) -> str:
    """Return the quotation mark that a value begins with, if one of the further words ends with it."""
    value = word.partition("=")[2] if word.startswith("-") and "=" in word else word
    mark = value[:1]
    if mark not in {'"', "'"} or (len(value) > 1 and value.endswith(mark)):
        return ""
    return mark if any(further.endswith(mark) for further in rest) else ""


def _mask(match: re.Match[str]) -> str:
    return match[0] if match["it"].startswith(MASK) else with_group(match, MASK)


def _masked(word: str, before: str, program: str) -> str:
    """Return one word of a command line, masked if what stands before it or in it says so."""
    name, sign, value = word.partition("=")
    client = file_name(program).removesuffix(".exe")
    if _is_value(word, before, client):
        return MASK
    if sign and value and (tells_secret(name) or _OPAQUE.fullmatch(value)):
        return f"{name}={MASK}"
    if before in _USER and ":" in word:
        return f"{word.partition(':')[0]}:{MASK}"
    if client in _MYSQL and _PASSWORD_OF_MYSQL.fullmatch(word):
        return f"-p{MASK}"
    return MASK if not sign and _OPAQUE.fullmatch(word) else word


def _is_value(word: str, before: str, client: str) -> bool:
    """Whether a word is the value of an option that tells of a secret."""
    if before and before == _OWN_OPTIONS.get(client):
        return True
    is_option = before.startswith("-") and "=" not in before and tells_secret(before)
    return (is_option or before == "authtoken") and not word.startswith("-")


def tells_secret(name: str) -> bool:
    """Whether the name of an option or a variable says that its value is a secret."""
    return any(_TELLING_WORD.fullmatch(part) for part in _WORDS.findall(name))
