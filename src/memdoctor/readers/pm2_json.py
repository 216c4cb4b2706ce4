"""What `pm2 jlist` prints, whatever stands around it; what `pm2 save` and `pm2 prettylist` write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from memdoctor.cuts import beginning
from memdoctor.errors import InputError
from memdoctor.model import App, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.json_text import MOST_BYTES, parse, pointer
from memdoctor.readers.parts.pm2.app_draft import MOST_APPS, tell
from memdoctor.readers.parts.pm2.json_lists import Found, joined, lists_in
from memdoctor.readers.parts.pm2.look_time import ABOVE, time_in
from memdoctor.readers.parts.pm2.monitor_fields import app_of, saved_app_of
from memdoctor.readers.parts.pm2.spoken import BEST, EMPTY, spoken
from memdoctor.units import count_of

_HELP = "take it with pm2 jlist > apps.json"
_MOST_LISTS = 20_000
_MOST_AROUND = 1 << 16  # characters before a list that are looked at
_SAVED = frozenset({"pm_exec_path", "exec_mode", "pm_cwd"})
_PRETTY = "pm2_env: {"


def read(opened: Opened) -> Iterator[App | Problem]:
    """Yield the apps of each list, and what of them was left out; that PM2 runs no app is a problem, too.

    Raises InputError if there is no list of apps.
    """
    data = opened.read(MOST_BYTES, "bring fewer looks in one file")
    lists = _Lists(opened.source.name)
    failure = InputError("JSON, but no apps of PM2 in it", _HELP)
    try:
        whole = parse(data.removeprefix(b"\xef\xbb\xbf"))
    except InputError as error:
        yield from lists.of_text(decode(data).text)
        failure = InputError(lists.failure or error.message, _HELP, place=error.place)
    else:
        if whole == []:
            raise InputError("an empty JSON value: where pm2 jlist printed it, PM2 runs no app", _HELP)
        yield from lists.of_value(whole, f"{lists.name}#")
    yield from lists.problems
    if not (lists.apps or lists.is_empty):
        raise failure


@dataclass(slots=True)
class _Lists:
    """The lists of one input, on their way."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    apps: int = 0
    is_empty: bool = False  # a list without any app was seen
    failure: str = ""
    at: datetime | None = None  # told by a line above
    around: int = 0  # lines that are no list's

    def of_value(self, value: Any, place: str) -> Iterator[App]:
        """Yield the apps of a value, if it is PM2's."""
        entries = list(_entries(value, place))
        if value == [] or (entries and all(_is_module(entry) for _, entry in entries)):
            self.is_empty = True
            tell(self.problems, Problem(self.name, EMPTY, place=place.removesuffix("#")))
        for where, entry in entries:
            if self.apps == MOST_APPS:
                self._tell(f"more than {MOST_APPS} apps: the rest is left out", where)
                return
            if app := self._app(entry, where):
                self.apps += 1
                yield app if self.at is None else replace(app, at=self.at, time_from=ABOVE)

    def of_text(self, text: str) -> Iterator[App]:
        """Yield the apps of each list in a text, and look at what stands around them."""
        text = joined(text) if _PRETTY in text else text
        end, line, on_line = 0, 1, 0

        def give_up(at: int) -> None:
            place = f"{self.name}:{1 + text.count(chr(10), 0, at)}"
            self._tell("too much that looks like JSON and is none: the rest is left out", place)

        for number, found in enumerate(lists_in(text, give_up)):
            if number == _MOST_LISTS:
                self._tell(f"more than {_MOST_LISTS} lists: the rest is left out", f"{self.name}:{line}")
                return
            self._look_around(text[end : found.start], line)
            passed = text.count("\n", end, found.start)
            line, on_line = line + passed, 1 if passed else on_line + 1
            of_line = f"{self.name}:{line}" if on_line == 1 else f"{self.name}:{line}.{on_line}"
            yield from self._of_found(found, of_line)
            line += text.count("\n", found.start, found.end)
            end, on_line = found.end, 0 if "\n" in text[found.start : found.end] else on_line
        self._look_around(text[end:], line)
        if self.around and self.apps:
            self._tell(f"{count_of(self.around, 'line')} around the lists: left out", self.name)

    def _of_found(self, found: Found, place: str) -> Iterator[App]:
        value = found.value
        if found.is_cut:
            self.failure = "cut off inside its first app"
            value = (value[:-1] if isinstance(value, list) else None) or None
        if any(True for _ in _entries(value, "")):
            if found.is_cut:
                self._tell("cut off: the last app is left out", place, _HELP)
            if found.is_script:
                self._tell("pm2 prettylist prints no JSON: read as far as it goes", place, BEST)
        yield from self.of_value(value, f"{place}#")
        self.at = None

    def _app(self, entry: Mapping[str, Any], place: str) -> App | None:
        if "pm2_env" in entry:
            return app_of(entry, self.name, place, self.problems)
        if not _is_app(entry):
            self._tell("an element that is no app of PM2: left out", place)
            return None
        self._tell("apps as pm2 save wrote them: no look at running processes", place, BEST)
        return saved_app_of(entry, self.name, place, self.problems)

    def _look_around(self, text: str, line: int) -> None:
        """Look at what is no list for the time, and for what PM2 says of itself."""
        skipped = text[:-_MOST_AROUND] if len(text) > _MOST_AROUND else ""
        text, line = text[len(skipped) :], line + skipped.count("\n")
        others, has_spoken = 0, False
        for number, words in enumerate(text.split("\n"), start=line):
            if at := time_in(words):
                self.at = at
            elif message := spoken(words):
                self._tell(message, f"{self.name}:{number}")
                has_spoken = True
            else:
                others += bool(words.strip())
        self.around += 0 if has_spoken else others

    def _tell(self, message: str, place: str, help_line: str = "") -> None:
        """Note something, the first time."""
        if all(problem.message != message for problem in self.problems):
            tell(self.problems, Problem(self.name, message, help_line, place))


def _entries(value: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each object that describes an app, with its place; a program may have put a list into one."""
    if isinstance(value, dict) and not _is_app(value):
        inside = next((key for key, child in value.items() if _has_apps(child)), None)
        if inside is None:
            return
        value, place = value[inside], pointer(place, beginning(inside, 200))
    if isinstance(value, dict):
        yield place, value
    elif _has_apps(value):
        for index, entry in enumerate(value):
            yield pointer(place, str(index)), entry if isinstance(entry, dict) else {}


def _has_apps(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, dict) and _is_app(entry) for entry in value)


def _is_module(entry: Mapping[str, Any]) -> bool:
    env = entry.get("pm2_env", entry)
    return isinstance(env, dict) and env.get("pmx_module") is True


def _is_app(entry: Mapping[str, Any]) -> bool:
    """Whether an object is PM2's description of an app, running or saved."""
    return "pm2_env" in entry or ("name" in entry and len(entry.keys() & _SAVED) > 1)
