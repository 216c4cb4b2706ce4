"""The names that a copy keeps, for they are those of runtimes and formats: they tell of nobody.

`built_in.txt` has the names that are in every heap of Node 20, 22, 24 and Bun, those that Chrome gives its own
objects, and those by which memdoctor's analysis knows things. `words.txt` has the words that memdoctor's
readers look for in text. `scripts/generate_names.py` writes both.
"""

import re
from functools import cache
from importlib.resources import files

# C++ classes of the engine, as it names them: there are as many as there are combinations of templates.
_ENGINE = re.compile(r"(?:Detached )?(?:blink|WTF|cppgc|v8|node)::[\w:<>,&* ()]{1,2000}")


@cache
def built_in() -> frozenset[str]:
    """Return the names of runtimes."""
    return _lines("built_in.txt")


@cache
def words() -> frozenset[str]:
    """Return the words that are kept in text, in small letters."""
    names = {name.lower() for name in built_in() if re.fullmatch(r"[\w$]+", name)}
    return names | {word.lower() for word in _lines("words.txt")}


def is_built_in(text: str) -> bool:
    """Whether a string of a heap is a name that the runtime brings along."""
    return text in built_in() or (("::" in text) and _ENGINE.fullmatch(text) is not None)


def _lines(name: str) -> frozenset[str]:
    return frozenset((files(__package__) / name).read_text(encoding="utf-8").splitlines())
