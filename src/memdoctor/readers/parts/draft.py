"""A sample on its way: fields with their places, and what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from memdoctor.model import Problem, Sample
from memdoctor.readers.parts import values
from memdoctor.readers.parts.values import Converter

# A sample without any of these says nothing of memory.
_MEMORY = frozenset({"rss", "heap_total", "heap_used", "external", "array_buffers", "heap_limit"})


@dataclass(slots=True)
class Draft:
    """The fields of one sample of the source `name`, each taken with the place where it stands."""

    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, target: str, raw: Any, convert: Converter, place: str) -> None:
        """Set a field unless it is set or `raw` is None; a value of the wrong kind becomes a problem."""
        if raw is None or target in self.fields:
            return
        try:
            if isinstance(raw, str) and convert in values.NUMERIC:
                raw = self._number_in(raw, target, place)
            self.fields[target] = convert(raw)
            self.places[target] = place
        except values.WrongKindError as error:
            self.problems.append(Problem(self.name, f"{error}: not read", place=place))

    def _number_in(self, text: str, target: str, place: str) -> int | float:
        """Return the number that a text holds, for a size also one with its unit; either is told."""
        try:
            plain = values.from_text(text)
        except values.WrongKindError:
            if target not in _MEMORY:
                raise
            from memdoctor.readers.parts.sizes import parse_size

            size = parse_size(text, thousands=False)
            self.fields["resolution"] = max(size.resolution, self.fields.get("resolution", 0))
            meaning = ", MB taken for MiB" if size.vague else ""
            self.problems.append(Problem(self.name, f"sizes as text, rounded{meaning}", place=place))
            return size.bytes
        self.problems.append(Problem(self.name, "a number as text: accepted", place=place))
        return plain

    def finish(self, place: str, **more: Any) -> Iterator[Sample | Problem]:
        """Yield the problems, and the sample if it holds any memory figure; `more` are further fields."""
        yield from self.problems
        if not _MEMORY & self.fields.keys():
            yield Problem(self.name, "a document without any memory figure: left out", place=place)
            return
        place = place.removesuffix("#")
        yield Sample(source=self.name, place=place, places=self.places, **{**self.fields, **more})
