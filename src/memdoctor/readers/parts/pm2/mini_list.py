"""Blocks of `pm2 ls --mini-list`: a name, then a line for each field."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from memdoctor.model import App, Problem
from memdoctor.readers.parts import values
from memdoctor.readers.parts.pm2.app_draft import AppDraft
from memdoctor.readers.parts.pm2.app_values import count, mode, path, size, some

_HEAD = re.compile(r"\+--- (.{1,300})")
_LINE = re.compile(r"([A-Za-z][A-Za-z0-9 ]{0,20}) : (.{0,4200})")
_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "pid": ("pid", some),
    "pm2 id": ("pm_id", count),
    "status": ("status", values.text),
    "mode": ("mode", mode),
    "restarted": ("restarts", count),
    "memory usage": ("rss", size),
    "error log": ("error_log", path),
}


@dataclass(slots=True)
class MiniBlock:
    """One app on its way."""

    draft: AppDraft
    place: str

    def take(self, number: int, line: str) -> bool:
        """Take a line; False if it is none of the block."""
        found = _LINE.fullmatch(line)
        if found is None:
            return False
        place = f"{self.draft.name}:{number}"
        if found[1] == "uptime":
            self.draft.take_uptime(found[2], place)
        elif known := _FIELDS.get(found[1]):
            self.draft.take(known[0], found[2].strip(), known[1], place)
        return True

    def app(self) -> App | None:
        """Return the app, None if its id is missing: then it is something else."""
        return self.draft.app(self.place) if "pm_id" in self.draft.fields else None


def mini_block(number: int, line: str, name: str, problems: list[Problem]) -> MiniBlock | None:
    """Return the block that a line begins, None if it begins none."""
    found = _HEAD.fullmatch(line)
    if found is None:
        return None
    block = MiniBlock(AppDraft(name, problems), f"{name}:{number}")
    block.draft.take_name(found[1], block.place)
    return block
