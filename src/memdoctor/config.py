"""Settings: what was typed, else the environment, else memdoctor.toml or [tool.memdoctor].

The environment variable of `fail_on` is MEMDOCTOR_FAIL_ON; lists are separated by commas.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memdoctor.assumptions import Assumption, parse_assumption
from memdoctor.errors import UsageError
from memdoctor.text import closest
from memdoctor.thresholds import Thresholds

if TYPE_CHECKING:
    from memdoctor.baselines import Baseline
    from memdoctor.budgets import Budget


@dataclass(frozen=True, slots=True)
class Format:
    """What a format is like; its renderer is the module of its name in `reports`.

    `shared`: made to leave the machine, so redacted. `for_machines`: says even that nothing could be
    read, and is never cut short to the answer. `of_cases`: tells of a case, so of no view of a heap.
    `is_document`: even the answer is written as it demands; it names its inputs with their hashes, and what
    was removed. `draws`: shows what is in a snapshot. `for_browsers`: a page, which no terminal shows.
    `library`: it needs that.
    """

    shared: bool = False
    for_machines: bool = False
    of_cases: bool = False
    is_document: bool = False
    draws: bool = False
    for_browsers: bool = False
    library: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is written even if nothing could be read, and never cut short to the answer."""
        return self.for_machines or self.is_document


FORMATS = {
    "terminal": Format(),
    "concise": Format(),
    "markdown": Format(shared=True, is_document=True),
    "html": Format(
        shared=True, is_document=True, of_cases=True, draws=True, for_browsers=True, library="plotly"
    ),
    "json": Format(for_machines=True),
    "jsonl": Format(for_machines=True),
    "sarif": Format(shared=True, for_machines=True, of_cases=True),
    "junit": Format(shared=True, for_machines=True, of_cases=True),
    "github": Format(shared=True, for_machines=True, of_cases=True),
}
FORMATS_OF_VIEWS = tuple(name for name, form in FORMATS.items() if not form.of_cases)
SEVERITIES = ("info", "warning", "error")
FAIL_ON = ("never", *SEVERITIES)
SORTS = ("memory", "cpu", "age", "swap", "threads", "pid")  # of processes
COLORS = ("auto", "always", "never")

_CHOICES = {"format": tuple(FORMATS), "min_severity": SEVERITIES, "fail_on": FAIL_ON, "color": COLORS}
_ASSUME = "such as sessions=100/day, sessions=5000, total=54GB or limit=4GiB"
_BUDGET_PLACES = {"the environment": "MEMDOCTOR_BUDGET", "the command line": "--budget"}
_FILES = ("memdoctor.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to judge and how to show. `top` is the number of findings and rows shown: 0 means all.

    Without it all findings are shown, and of long tables as many rows as fit.
    """

    format: str = "terminal"
    top: int | None = None
    fail_on: str = "never"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: str = "info"
    color: str = "auto"
    thresholds: Thresholds = field(default_factory=Thresholds)
    assume: tuple[Assumption, ...] = ()
    budget: "tuple[Budget, ...]" = ()
    baseline: "Baseline | None" = None  # an earlier report: only what is new or worse counts
    show_arguments: bool = False  # of processes, as they are: else shortened, and secrets masked
    redact: bool | None = None  # None is as the format has it
    drawn: bool | None = None  # what is in the last snapshot is shown: None is as the format has it

    @property
    def redacts(self) -> bool:
        """Whether names, places and secrets are replaced by stand-ins."""
        return FORMATS[self.format].shared if self.redact is None else self.redact

    @property
    def draws(self) -> bool:
        """Whether a report holds what is in the last snapshot, to be drawn."""
        return FORMATS[self.format].draws if self.drawn is None else self.drawn


# What a person can set; whether something is drawn follows from the format, or from a call of the library.
KEYS = tuple(setting.name for setting in fields(Settings) if setting.name != "drawn")


def load_settings(typed: Mapping[str, Any], environment: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings of a call; in `typed`, None means that it was not typed.

    Raises UsageError for an unknown key or value, naming where it stands.
    """
    layers: list[tuple[str, Mapping[str, Any]]] = []
    file = next(_files(folder), None)
    if file is not None:
        layers.append((str(file[0]), _from(file[0].parent, file[1])))
    layers.append(("the environment", _from_environment(environment)))
    layers.append(("the command line", {k: v for k, v in typed.items() if v is not None}))
    settings = Settings()
    for where, values in layers:
        # What only shows something compares nothing: it need not read a baseline.
        asked = {key: value for key, value in values.items() if key != "baseline" or key in typed}
        settings = checked(asked, where, settings)
    return settings


def checked(values: Mapping[str, Any], where: str, base: Settings | None = None) -> Settings:
    """Return `base` (or the defaults) with `values` in it, each checked.

    Raises UsageError, saying `where`, for an unknown key or a value that it cannot have.
    """
    base = base or Settings()
    changes = {key: _checked(key, value, where) for key, value in values.items()}
    if "budget" in changes:  # each has a name: others stay
        from memdoctor.budgets import merged

        changes["budget"] = merged(base.budget, changes["budget"])
    return replace(base, **changes)


def _files(folder: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the configuration of the nearest folder upwards that has one."""
    for place in (folder, *folder.parents):
        for name in _FILES:
            path = place / name
            if path.is_file():
                table = _table(path)
                if table is not None:
                    yield path, table


def _from(folder: Path, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of a file, in which paths start at its folder."""
    named = values.get("baseline")
    return {**values, "baseline": str(folder / named)} if isinstance(named, str) and named else values


def _table(path: Path) -> Mapping[str, Any] | None:
    import tomllib

    own_file = path.name == _FILES[0]
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        if own_file:
            raise UsageError(f"{path} cannot be read: {error}") from error
        return None
    if own_file:
        return document
    tool = document.get("tool")
    section = tool.get("memdoctor") if isinstance(tool, dict) else None
    return section if isinstance(section, dict) else None


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    names = {key: f"MEMDOCTOR_{key.upper()}" for key in KEYS}
    names.pop("thresholds")  # a table: it stands in a file
    names.pop("show_arguments")  # asked for by name, or not at all
    return {key: environment[name] for key, name in names.items() if environment.get(name)}


def _checked(key: str, value: Any, where: str) -> Any:
    key_here = f"{key!r} in {where}"
    if key not in KEYS:
        raise UsageError(f"unknown setting {key_here}", closest(key, KEYS))
    if key in _CHOICES:
        if value not in _CHOICES[key]:
            raise UsageError(f"{key_here} cannot be {value!r}", closest(str(value), _CHOICES[key]))
        return value
    parse: Callable[[Any, str, str], Any] = _PARSERS.get(key, _names)
    return parse(value, key_here, where)


def _switch(value: Any, key_here: str, where: str) -> bool:
    del where
    known = {"true": True, "1": True, "false": False, "0": False}
    chosen = known.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(chosen, bool):
        raise UsageError(f"{key_here} cannot be {value!r}", "true or false")
    return chosen


def _count(value: Any, key_here: str, where: str) -> int:
    del where
    try:
        count = int(value)
    except (TypeError, ValueError, OverflowError):
        count = -1
    if count < 0 or isinstance(value, bool | float):
        raise UsageError(f"{key_here} cannot be {value!r}", "a whole number; 0 means all")
    return count


def _thresholds(value: Any, key_here: str, where: str) -> Thresholds:
    """Return the defaults with the numbers of a table in their place."""
    del key_here
    if isinstance(value, Thresholds):
        return value
    if not isinstance(value, Mapping):
        raise UsageError(f"'thresholds' in {where} must be a table of numbers")
    known: dict[str, float] = asdict(Thresholds())
    changes: dict[str, Any] = {}
    for name, number in value.items():
        if name not in known:
            raise UsageError(f"unknown threshold {name!r} in {where}", closest(str(name), tuple(known)))
        is_share = isinstance(known[name], float)
        valid = isinstance(number, int | float) and not isinstance(number, bool)
        if not valid or not 0 <= number <= (1 if is_share else 1e9):
            what = "a share between 0 and 1" if is_share else "a whole number, not below 0"
            raise UsageError(f"threshold {name!r} in {where} cannot be {number!r}", what)
        changes[name] = type(known[name])(number)
    return replace(Thresholds(), **changes)


def _assumptions(value: Any, key_here: str, where: str) -> tuple[Assumption, ...]:
    del where
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise UsageError(f"{key_here} cannot be {value!r}", _ASSUME)
    try:
        return tuple(one if isinstance(one, Assumption) else parse_assumption(str(one)) for one in items)
    except ValueError as error:
        raise UsageError(str(error), _ASSUME) from error


def _budgets(value: Any, key_here: str, where: str) -> "tuple[Budget, ...]":
    from memdoctor.budgets import HELP, budgets_in

    del key_here
    try:
        return budgets_in(value, _BUDGET_PLACES.get(where) or _place_in_file(where))
    except ValueError as error:
        raise UsageError(f"{error} (in {where})", HELP) from error


def _place_in_file(where: str) -> str:
    """Return where the budgets of a file stand in it, as evidence names it."""
    name = Path(where).name
    return f"{name}#/{'tool/memdoctor/' if name == _FILES[1] else ''}budget"


def _baseline(value: Any, key_here: str, where: str) -> "Baseline":
    """Return an earlier report that was named, read: it is useless to go on without it."""
    from memdoctor.baselines import Baseline

    del where
    if isinstance(value, Baseline):
        return value
    if not isinstance(value, str | Path) or not str(value):
        raise UsageError(f"{key_here} cannot be {value!r}", "a report that was written with -f json")
    from memdoctor.baselines.reading import read_baseline
    from memdoctor.readers.baseline_file import baseline_content

    return read_baseline(str(value), baseline_content(str(value)))


def _names(value: Any, key_here: str, where: str) -> tuple[str, ...]:
    del where
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise UsageError(f"{key_here} cannot be {value!r}", "a list of rules or families")
    return tuple(name.strip() for item in items for name in item.split(",") if name.strip())


# What is neither a choice nor a list of names.
_PARSERS: dict[str, Callable[[Any, str, str], Any]] = {
    "show_arguments": _switch,
    "redact": _switch,
    "top": _count,
    "thresholds": _thresholds,
    "assume": _assumptions,
    "budget": _budgets,
    "baseline": _baseline,
}
