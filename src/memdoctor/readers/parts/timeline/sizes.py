"""The sizes of a row: used and committed heap in either order, named or not, and what is beside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

USED, TOTAL, USAGE = "heap_used", "heap_total", "heap_usage"
HEAP = (USED, TOTAL)

# Megabytes and the like; a single letter only as a capital, for `m` are minutes.
UNIT = (
    r"(?:(?i:[KMGT]i?B(?:ytes?)?|(?:kilo|mega|giga|kibi|mebi|gibi)?bytes?)|[KMG]i?|B)(?![A-Za-z0-9_]|/s|ps)"
)
# Thousands and a decimal point; one of both; or a comma that may be either: the file tells.
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}\.[0-9]{1,6}|[0-9]{1,9}(?:[.,][0-9]{1,6})?)"
_NO_SIZE = (
    r"(?!\w|[.:][0-9]|-[0-9]"
    r"|\s?(?:(?:mins?|minutes?|hours?|hrs?|seconds?|secs?|days?|times)\b|[hmsdx]\b))"
)
_QUANTITY = re.compile(
    rf"(?:[~≈≃±]|(?i:ca\.?|about|around|approx\.?|roughly)\s)?\s?(?P<number>{NUMBER})"
    rf"(?:\s{{0,4}}-?(?:(?P<unit>{UNIT})|[(\[](?P<bracketed>{UNIT})[)\]])|\s?(?P<percent>%)|{_NO_SIZE})"
)
_NAMES = {
    USED: r"used[ _]?heap(?:[ _]?size)?|(?:js[ _])?heap[ _]?(?:size[ _]?)?used|in[ -]use|used",
    TOTAL: r"total[ _]?heap(?:[ _]?size)?|(?:js[ _])?heap[ _]?(?:size[ _]?)?(?:total|committed)"
    r"|committed[ _]?heap(?:[ _]?size)?|heap[ _]?size|committed|allocated|reserved|total",
    "rss": r"rss|resident(?:[ _]set(?:[ _]size)?)?",
    "external": r"external(?:[ _]memory)?",
    "array_buffers": r"array[ _]?buffers",
    USAGE: r"(?:heap[ _]?)?(?:usage|utili[sz]ation)",
}
NAME = "|".join(f"(?P<{target}>{pattern})" for target, pattern in _NAMES.items())
_NAME = re.compile(rf"(?<![A-Za-z])(?:{NAME})(?![A-Za-z0-9])", re.IGNORECASE)
_EQUALS = re.compile(r"[\s\"'|│]{0,40}(?:[:=]|is\s|at\s)?[\s\"'|│]{0,40}", re.IGNORECASE)
_BEHIND_SIZE = re.compile(r"\s{0,4}(?:of\s)?(?=[A-Za-z])", re.IGNORECASE)
_UNIT_BEHIND_NAME = re.compile(rf"\s{{0,4}}(?P<unit>{UNIT})")
_ARROW = r"->|→|⟶|=>|⇒|➔|➜"
_LINK = re.compile(
    rf"[\s|│(\[]{{0,80}}(?:(?P<slash>[/÷⁄∕]|(?:out\s)?of(?=\s))|(?P<arrow>{_ARROW})"
    r"|[,;:=+(\[]|[)\]]\s?[,;|]?|and(?=\s)|with(?=\s))?[\s|│(\[]{0,80}",
    re.IGNORECASE,
)
_LEAD = re.compile(
    rf"(?:{_ARROW}|[\s|│:=,;.()\[\]\"'–—-]){{0,80}}"
    r"(?:(?:it|was|is|had|has|with|at|about|now|still|back|to|the|heap|js|v8|memory|mem|pm2|shows?|showed)"
    r"(?![A-Za-z0-9_])[\s:=]{0,4}(?!\s{0,4}(?:used|size|total|committed|usage)(?![A-Za-z]))){0,5}",
    re.IGNORECASE,
)
_REMARK = re.compile(r"[\s|│:,–—-]{0,40}\((?P<said>[^()\n]{1,80})\)")
_ORDER = re.compile(
    r"(?:js )?(?:heap )?(?:(?P<natural>used\s?/\s?(?:total|committed))|(?:total|committed)\s?/\s?used)"
    r"(?: heap)?\s?[:=]?\s?",
    re.IGNORECASE,
)
_DATE_GOES_ON = re.compile(r"\s?/\s?[0-9]")
_NEUTRAL = re.compile(
    r"(?:(?:js|v8)\s)?heap[\s:=]{1,4}(?!size|used|total|committed|usage)(?=[~≈0-9])", re.IGNORECASE
)
_MOST_SIZES = 8


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in the text, with its unit if it has one."""

    number: str
    unit: str = ""
    is_percent: bool = False


@dataclass(slots=True)
class Sizes:
    """The sizes of a row by the fields they are; `end` is where they end, `said` what stood before them.

    `named`: their names stand beside them. `assigned` if in a colon's or an equals sign's way.
    """

    end: int = 0
    fields: dict[str, Quantity] = field(default_factory=dict)
    said: str = ""
    named: bool = False
    assigned: bool = False
    swapped: bool = False  # by a heading: which may be mere prose


@dataclass(slots=True)
class _Draft:
    order: Sequence[str]
    sizes: Sizes
    unnamed: list[Quantity] = field(default_factory=list)
    linked: bool = False
    arrows: int = 0

    def take(self, name: str | None, quantity: Quantity, link: re.Match[str] | None) -> bool:
        """Take a quantity in; return whether it belongs to the row."""
        fields = self.sizes.fields
        if name is None and quantity.is_percent:
            name = USAGE
        if name is not None:
            if name in fields:
                return False
            fields[name] = quantity
            return True
        if len(self.unnamed) >= max(len(self.order), 2 - sum(target in fields for target in HEAP)):
            return False
        self.unnamed.append(quantity)
        if link is not None and (link["slash"] or link["arrow"]):
            self.linked = True
        return True

    def finished(self) -> Sizes | None:
        """Return the sizes, None if they are not those of a heap."""
        fields = self.sizes.fields
        self.sizes.named = all(target in fields for target in HEAP)
        free = [target for target in self.order or HEAP if target not in fields]
        if not self.sizes.named and not (
            self.linked or self.order or all(one.unit for one in self.unnamed)
        ):
            return None  # two numbers in a row are no two sizes
        fields.update(zip(free, self.unnamed, strict=False))
        return self.sizes if all(target in fields for target in HEAP) else None


def sizes_at(text: str, start: int, order: Sequence[str] = ()) -> Sizes | None:
    """Return the sizes that stand at a position, None if there are none.

    `order` are the fields that a heading names, in its order.
    """
    said = _REMARK.match(text, start)
    lead = _LEAD.match(text, said.end() if said else start)
    position = lead.end() if lead else start
    if inline := _ORDER.match(text, position):
        order, position = (HEAP if inline["natural"] else HEAP[::-1]), inline.end()
    draft = _Draft(order, Sizes(said=said["said"] if said else ""))
    link = None
    for _ in range(_MOST_SIZES):
        found = _named_quantity(text, position)
        if found is None:
            break
        name, quantity, end, is_assigned = found
        draft.arrows += link is not None and link["arrow"] is not None
        if draft.arrows > 1 or not draft.take(name, quantity, link):
            break
        draft.sizes.end = end
        draft.sizes.assigned |= is_assigned
        link = _LINK.match(text, end)
        position = link.end() if link else end
    if draft.arrows > 1 or _is_date(text, draft):
        return None
    return draft.finished()


def quantity_of(cell: str) -> Quantity | None:
    """Return the quantity that a cell holds, None if it holds none; words may stand behind it."""
    match = _QUANTITY.match(cell)
    return None if match is None else _quantity(match)


def order_of(line: str) -> tuple[str, ...]:
    """Return the fields that a heading names, in its order; empty unless both of a heap are among them."""
    names = [match.lastgroup or "" for match in _NAME.finditer(line)]
    targets = tuple(dict.fromkeys(name for name in names if name != USAGE))
    return targets if all(target in targets for target in HEAP) else ()


def _is_date(text: str, draft: _Draft) -> bool:
    """Whether a third number without a unit makes a date of them."""
    units = any(one.unit for one in draft.unnamed)
    return not units and not draft.order and _DATE_GOES_ON.match(text, draft.sizes.end) is not None


def _named_quantity(text: str, position: int) -> tuple[str | None, Quantity, int, bool] | None:
    """Return a quantity with its name before or behind it, where it ends, and whether a sign assigns it."""
    neutral = _NEUTRAL.match(text, position)
    position = neutral.end() if neutral else position
    name, equals = _NAME.match(text, position), None
    if name is not None:
        equals = _EQUALS.match(text, name.end())
        position = equals.end() if equals else name.end()
    match = _QUANTITY.match(text, position)
    if match is None:
        return None
    quantity, end = _quantity(match), match.end()
    if name is not None:
        is_assigned = equals is not None and any(sign in equals[0] for sign in ":=")
        return name.lastgroup, quantity, end, is_assigned
    gap = _BEHIND_SIZE.match(text, end)
    behind = _NAME.match(text, gap.end()) if gap else None
    if behind is None or (behind.lastgroup != USED and _is_followed(text, behind.end())):
        return None, quantity, end, False  # `15.30 MiB total 18.42 MiB`: the next one's name
    end = behind.end()
    if not quantity.unit and (unit := _UNIT_BEHIND_NAME.match(text, end)):
        quantity, end = Quantity(quantity.number, unit["unit"]), unit.end()
    return behind.lastgroup, quantity, end, False


def _is_followed(text: str, position: int) -> bool:
    """Whether a quantity stands behind a name."""
    equals = _EQUALS.match(text, position)
    return _QUANTITY.match(text, equals.end() if equals else position) is not None


def _quantity(match: re.Match[str]) -> Quantity:
    unit = match["unit"] or match["bracketed"] or ""
    return Quantity(match["number"], unit, match["percent"] is not None)
