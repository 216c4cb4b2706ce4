"""Numbers that are not broken: one and its unit stay on a line."""

import re

# Stands for the space between a number and its unit while lines are broken; no file can hold it,
# for private-use characters are escaped before.
GAP = "\ue000"
_NUMBER_WITH_UNIT = re.compile(r"(\d) (?=(?:[KMGTPE]iB|B|s|min|h|d|%|×|\d{3})(?!\w))")


def unbreakable(text: str) -> str:
    """Keep a number and its unit on one line."""
    return _NUMBER_WITH_UNIT.sub(rf"\1{GAP}", text)
