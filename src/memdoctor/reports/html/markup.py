"""HTML as a kind of text of its own: what is not `Html` is escaped, so no text of a file becomes markup."""

from html import escape


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, *inner: str, **attributes: str | bool | None) -> Html:
    """Return an element. Attributes lose a last underscore, and others become hyphens; None is left out.

    >>> tag("p", "a < b", class_="x")
    '<p class="x">a &lt; b</p>'
    """
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{words}>{join(*inner)}</{name}>")


def join(*parts: str) -> Html:
    """Return markup and texts one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
