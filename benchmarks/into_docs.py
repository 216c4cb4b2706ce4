"""Puts what was measured into a page of the docs, between its two marks."""

from pathlib import Path


def put(text: str, page: Path, mark: str) -> None:
    """Replace what stands between `<!-- mark -->` and `<!-- /mark -->`.

    Raises ValueError where the page lacks one of them.
    """
    before, start, rest = page.read_text(encoding="utf-8").partition(f"<!-- {mark} -->")
    _, end, after = rest.partition(f"<!-- /{mark} -->")
    if not end:
        raise ValueError(f"{page.name} has no place marked {mark}")
    page.write_text(f"{before}{start}\n{text}\n{end}{after}", encoding="utf-8")
