"""The inputs of a SARIF run, by URIs relative to the working folder or to a home folder."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from memdoctor.model import Source
from memdoctor.reports.places import Place

_HERE, _HOME = "%SRCROOT%", "%HOME%"
BASES = {
    _HERE: {"description": {"text": "the working folder"}},
    _HOME: {"description": {"text": "a home folder, of which nothing is told"}},
}
_DRIVE = re.compile(r"[A-Za-z]:/")


class Files:
    """The files among the inputs, each with its number in the run's list."""

    def __init__(self, sources: Sequence[Source]) -> None:
        files = {source.name: source for source in sources if Place(source).file is not None}
        self._files = list(files.values())
        self._numbers = {name: number for number, name in enumerate(files)}

    def artifacts(self) -> list[dict[str, Any]]:
        """Return the files with their lengths, as far as known, and their formats."""
        return [self._artifact(source) for source in self._files]

    def _artifact(self, source: Source) -> dict[str, Any]:
        return {
            "location": self._at(Place(source)),
            "roles": ["analysisTarget"],
            **({} if source.size is None else {"length": source.size}),
            "properties": {"format": source.format},
        }

    def location(self, place: Place, subject: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a place: its file and line where it has them, what it is within, whom it is about."""
        physical: dict[str, Any] = {}
        if place.file is not None:
            physical["artifactLocation"] = self._at(place)
            if place.line is not None:
                physical["region"] = {"startLine": place.line}
        logical = [] if place.file is not None else [{"name": place.source.name, "kind": place.source.kind}]
        if place.within:
            logical.append({"fullyQualifiedName": place.within, "kind": "value"})
        if subject is not None:
            logical.append(subject)
        return {
            **({"physicalLocation": physical} if physical else {}),
            **({"logicalLocations": logical} if logical else {}),
        }

    def _at(self, place: Place) -> dict[str, Any]:
        number = self._numbers.get(place.source.name)
        return {**artifact_location(place.file or ""), **({} if number is None else {"index": number})}


def artifact_location(path: str) -> dict[str, str]:
    """Return the URI of a path with slashes, and what it is relative to.

    >>> artifact_location("runs/a b.json"), artifact_location("~/x")
    ({'uri': 'runs/a%20b.json', 'uriBaseId': '%SRCROOT%'}, {'uri': 'x', 'uriBaseId': '%HOME%'})
    """
    if path.startswith("/") or _DRIVE.match(path):
        return {"uri": "file:///" + _quoted(path.lstrip("/"))}
    if path.startswith("~/"):
        return {"uri": _quoted(path[2:]), "uriBaseId": _HOME}
    return {"uri": _quoted(path)} | ({} if path.startswith("../") else {"uriBaseId": _HERE})


def _quoted(path: str) -> str:
    return quote(path, safe="/~", errors="replace")
