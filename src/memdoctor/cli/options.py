"""The options that commands share, once."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import typer

from memdoctor.config import COLORS, FAIL_ON, FORMATS, FORMATS_OF_VIEWS, SEVERITIES


def complete_from(*words: str) -> Callable[[str], list[str]]:
    """Return a completion that offers the words that start as typed."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


def complete_rule(incomplete: str) -> list[str]:
    """Offer rules and families."""
    from memdoctor.rules.registry import FAMILIES, NAMES

    return complete_from(*FAMILIES, *NAMES)(incomplete)


def complete_budget(incomplete: str) -> list[str]:
    """Offer the names of budgets."""
    from memdoctor.budget_names import NAMES, WITH_TARGET

    names = (*(f"{name}=" for name in NAMES), *(f"{name}:" for name in WITH_TARGET))
    return complete_from(*names)(incomplete)


def length_of_time(text: str | None, option: str) -> float | None:
    """Return seconds from what was typed for an option. Raises UsageError for what is no length of time."""
    from memdoctor.errors import UsageError
    from memdoctor.units import parse_duration

    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}", "a number with its unit, such as 15s, 5m or 1h") from error


def _format(about: str, names: tuple[str, ...]) -> Any:
    return typer.Option(
        "-f", "--format", metavar="|".join(names), help=about, autocompletion=complete_from(*names)
    )


Redact = Annotated[
    bool | None,
    typer.Option(
        "--redact/--no-redact",
        help="Stand-ins for names, places and secrets, or not; else as the format has it.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """How something is shown; the fields are the command line."""

    format: Annotated[str | None, _format("The form of the view.", FORMATS_OF_VIEWS)] = None
    json: Annotated[bool, typer.Option("--json", help="The same as -f json.")] = False
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the report there; - is stdout."),
    ] = None
    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", help="Show the first N findings or rows; 0 is all."),
    ] = None
    color: Annotated[
        str | None,
        typer.Option(
            "--color",
            metavar="|".join(COLORS),
            help="Colour; auto is on a terminal, unless NO_COLOR is set.",
            autocompletion=complete_from(*COLORS),
        ),
    ] = None

    redact: Redact = None

    def typed(self) -> dict[str, Any]:
        """Return what was typed as settings; None is what was not."""
        return {
            "format": "json" if self.json else self.format,
            "top": self.top,
            "color": self.color,
            "redact": self.redact,
        }


@dataclass(frozen=True, slots=True)
class ReportOptions(ShowOptions):
    """How a report is judged, too."""

    format: Annotated[str | None, _format("The form of the report.", tuple(FORMATS))] = None
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="|".join(FAIL_ON),
            help="Exit 1 if there is a finding of this severity or worse.",
            autocompletion=complete_from(*FAIL_ON),
        ),
    ] = None
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="RULE|FAMILY",
            help="Ask only these rules.",
            autocompletion=complete_rule,
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="RULE|FAMILY",
            help="Do not ask these rules.",
            autocompletion=complete_rule,
        ),
    ] = None
    min_severity: Annotated[
        str | None,
        typer.Option(
            "--min-severity",
            metavar="|".join(SEVERITIES),
            help="Leave out findings below this.",
            autocompletion=complete_from(*SEVERITIES),
        ),
    ] = None
    budget: Annotated[
        list[str] | None,
        typer.Option(
            "--budget",
            metavar="NAME=VALUE",
            help="What is allowed: rss=500MiB, growth=50MiB/h, heap_of_limit=80%..90%. Repeatable.",
            autocompletion=complete_budget,
        ),
    ] = None
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="An earlier report (-f json): show and count only what is new or worse.",
        ),
    ] = None
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only the answer.")] = False
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Notes and all evidence.")] = False

    def typed(self) -> dict[str, Any]:
        """Return what was typed as settings; None is what was not."""
        return {
            **ShowOptions.typed(self),
            "fail_on": self.fail_on,
            "select": self.select or None,
            "ignore": self.ignore or None,
            "min_severity": self.min_severity,
            "budget": self.budget or None,
            "baseline": self.baseline,
        }


ShowArgs = Annotated[
    bool, typer.Option("--show-args", help="Command lines as they are, with what may be secret in them.")
]

Command = TypeVar("Command", bound=Callable[..., None])


def reporting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is ShowOptions or ReportOptions, the options of it."""
    signature = inspect.signature(command)
    first, *own = signature.parameters.values()
    kind: type[ShowOptions] = first.annotation
    options = inspect.signature(kind).parameters

    @functools.wraps(command)
    def with_options(**arguments: Any) -> None:
        chosen = {name: arguments.pop(name) for name in options}
        command(kind(**chosen), **arguments)

    parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *options.values())
    ]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect reads it
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    del with_options.__wrapped__
    return with_options
