"""Node's warning that too many listeners were added to one emitter; Bun prints it, too."""

import re

from memdoctor.model import LISTENERS
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.lines import line_at
from memdoctor.readers.parts.logs.plain import words

NEEDLE = b" memory leak detected. "
_WARNING = re.compile(
    rb"(?:\([\w .-]{1,40}:(\d{1,10})\) (?:\[\w{1,60}\] )?MaxListenersExceededWarning: )?"
    rb"Possible (EventEmitter|EventTarget) memory leak detected\. (\d{1,9}) (.{1,200}?) listeners added"
    rb"(?: to (?:\[(.{1,100}?)\]|[\w$]{1,60}))?\. (?:MaxListeners is (\d{1,9})\. )?Use "
)


def warning(text: bytes, position: int, done: int) -> Found:
    """Return the warning at a place. Its number is one more than is allowed: nobody counts on."""
    line = line_at(text, position, done)
    found = _WARNING.search(line.text)
    if found is None:
        return Found(line.end)
    target = found[2].decode("ascii")
    detail = {
        "class": None if found[5] is None else words(found[5]),
        "event": words(found[4]),
        "listeners": int(found[3]),
        "most": None if found[6] is None else int(found[6]),
        "target": target,
    }
    return Found(line.end, position, LISTENERS, detail, pid=None if found[1] is None else int(found[1]))
