"""An app on its way: fields with their places, each taken only if it is what it should be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from memdoctor.model import App, Problem
from memdoctor.readers.parts import sizes, values
from memdoctor.readers.parts.plain import MOST_PROBLEMS
from memdoctor.readers.parts.pm2.app_values import is_absent, since
from memdoctor.readers.parts.values import WrongKindError

MOST_APPS = 50_000  # records of so many take about 150 MB


def tell(problems: list[Problem], problem: Problem) -> None:
    """Add a problem; of very many only the first, and that there are more."""
    if len(problems) == MOST_PROBLEMS:
        problem = Problem(problem.source, "more problems than these: not listed")
    if len(problems) <= MOST_PROBLEMS:
        problems.append(problem)


@dataclass(slots=True)
class AppDraft:
    """The fields of one app of the source `name`; what cannot be read goes to `problems`."""

    name: str
    problems: list[Problem]
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def take(self, target: str, raw: Any, convert: Callable[[Any], Any], place: str) -> None:
        """Set a field unless it is set, or the value is none; one of the wrong kind becomes a problem."""
        if target in self.fields or is_absent(raw):
            return
        try:
            value = convert(raw)
        except WrongKindError as error:
            self.tell(f"{error}: not read", place)
            return
        if value is not None:
            self.fields[target] = value
            self.places[target] = place

    def take_name(self, raw: Any, place: str) -> None:
        """Set the name unless it is set; one that reads like nothing is a name, too."""
        if "name" not in self.fields and isinstance(raw, str) and raw.strip():
            self.fields["name"] = values.text(raw.strip())
            self.places["name"] = place

    def take_heap(self, target: str, text: str, place: str) -> None:
        """Set a size of the heap; the coarsest step to which they are rounded is their resolution."""

        def taken(raw: str) -> int:
            size = sizes.parse_size(raw, thousands=False)
            if size.bytes < 0:
                raise WrongKindError("a negative size")
            self.fields["resolution"] = max(size.resolution, self.fields.get("resolution", 0))
            return size.bytes

        self.take(target, text, taken, place)

    def take_uptime(self, text: str, place: str) -> None:
        """Set the time since the start, and the step to which PM2 has cut it."""
        self.take("uptime", text, since, place)
        if isinstance(found := self.fields.get("uptime"), tuple):
            self.fields["uptime"], self.fields["uptime_grain"] = found

    def tell(self, message: str, place: str, help_line: str = "") -> None:
        """Note what could not be read."""
        tell(self.problems, Problem(self.name, message, help_line, place))

    def app(self, place: str, **more: Any) -> App | None:
        """Return the app, with `more` fields; None, with a problem, if nothing names it."""
        if "name" not in self.fields:
            self.tell("an app without a name: left out", place)
            return None
        return App(source=self.name, place=place, places=self.places, **{**self.fields, **more})
