"""The names that a copy keeps, for they are those of runtimes and formats: they tell of nobody.

`built_in.txt` has the names that are in every heap of Node 20, 22, 24 and Bun, those that Chrome gives its
own objects, and those by which memdoctor's analysis knows things. `words.txt` has the words that its
readers look for in text, and what runtimes print. `document_keys.txt` has the keys of Node's reports and
of PM2's lists. `scripts/generate_names.py` writes all three.
"""

import re
from functools import cache
from importlib.resources import files

# C++ classes of the engine, as it names them: there are as many as there are combinations of templates.
_ENGINE = re.compile(r"(?:Detached )?(?:blink|WTF|cppgc|v8|node)::[\w:<>,&* ()]{1,2000}")

_MAY_HAVE_FORM = re.compile(r"[ (<#]")
_LONGEST_FORM = 1000  # characters
DEEPEST = 4  # names within names: V8 writes no more
KEPT_LENGTH = 2  # characters: so short a string tells nothing
_KEY, _PAIR = r"[0-9]{1,10} / part of key ", r" pair in WeakMap \(table @[0-9]+\)"
_NAMED = r"\(([^@ ]*+(?: [^@ ]++)*+) @[0-9]+\)"  # an object with its id
# What V8 writes around names; the names are the groups.
FORMS = tuple(
    re.compile(form, re.S)
    for form in (
        r"(?:Detached |get |set |bound |async |#)(.+)",
        r"\((?:code for|instruction stream for|interpreted code for|bytecode for) (.+)\)",
        r"\((.+) builtin (?:code|handle)\)",
        r"<symbol (.*)>|Symbol\((.*)\)",
        rf"{_KEY}{_NAMED} -> value {_NAMED}{_PAIR}",
        rf"{_KEY}{_NAMED}{_PAIR}",
        r"(?:[0-9]{1,10}|Node|system) / (.+)",
    )
)


@cache
def built_in() -> frozenset[str]:
    """Return the names of runtimes."""
    return _lines("built_in.txt")


@cache
def words() -> frozenset[str]:
    """Return the words that are kept in text, in small letters."""
    names = {name.lower() for name in built_in() if re.fullmatch(r"[\w$]+", name)}
    listed = _lines("words.txt") | _lines("document_keys.txt")
    return frozenset(names) | {word.lower() for word in listed}


def is_built_in(text: str, deepest: int = DEEPEST) -> bool:
    """Whether a string of a heap is a name that the runtime brings along, or is made of such names alone.

    >>> is_built_in("system / Map"), is_built_in("get mySecret"), is_built_in("get size")
    (True, False, True)
    """
    if text in built_in() or ("::" in text and _ENGINE.fullmatch(text) is not None):
        return True
    if not deepest or len(text) > _LONGEST_FORM or not _MAY_HAVE_FORM.search(text):
        return False
    match = next((match for form in FORMS if (match := form.fullmatch(text))), None)
    return match is not None and all(
        len(part) <= KEPT_LENGTH or is_built_in(part, deepest - 1)
        for part in match.groups()
        if part is not None
    )


def _lines(name: str) -> frozenset[str]:
    return frozenset((files(__package__) / name).read_text(encoding="utf-8").splitlines())
