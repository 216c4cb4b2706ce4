"""The heap limit that was asked for in NODE_OPTIONS or on the command line, and nothing else of either."""

import re
from dataclasses import dataclass
from typing import Any

from memdoctor.units import MiB

# V8 takes _ for - and a value only after =; the last one counts.
_OLD_SPACE = re.compile(r"--max[-_](?:old[-_]space|heap)[-_]size=([0-9]{1,9})")
_SHARE = re.compile(r"--max[-_]old[-_]space[-_]size[-_]percentage=")  # of a memory that is not told

# Options of Node that take the next argument as their value.
_WITH_VALUE = frozenset(
    {
        *("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"),
        *(
            "-e",
            "--eval",
            "-p",
            "--print",
            "-pe",
            "--env-file",
            "--input-type",
            "--title",
        ),
    }
)
_MOST_ARGUMENTS = 1000
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Requested:
    """A limit and which argument names it."""

    bytes: int
    index: int


def in_node_options(raw: Any) -> int | None:
    """Return --max-old-space-size (or --max-heap-size) of NODE_OPTIONS in bytes, or None.

    >>> in_node_options("--enable-source-maps --max-old-space-size=512")
    536870912
    """
    if not isinstance(raw, str):
        return None
    found = None
    for word in raw[:_LONGEST].split():
        if match := _OLD_SPACE.fullmatch(word.strip('"')):
            found = int(match[1]) * MiB
    return found


def is_share(raw: Any) -> bool:
    """Whether options ask for a limit as a share of the machine's memory, which is not told."""
    return isinstance(raw, str) and _SHARE.search(raw[:_LONGEST]) is not None


def in_command_line(raw: Any) -> Requested | None:
    """Return --max-old-space-size among the options of Node; those after the script are the script's."""
    if not isinstance(raw, list):
        return None
    found, is_value = None, False
    for index, argument in enumerate(raw[1:_MOST_ARGUMENTS], start=1):
        if not isinstance(argument, str):
            break
        if is_value:
            is_value = False
        elif not argument.startswith("-") or argument in {"-", "--"}:
            break
        elif match := _OLD_SPACE.fullmatch(argument):
            found = Requested(int(match[1]) * MiB, index)
        else:
            is_value = argument in _WITH_VALUE
    return found
