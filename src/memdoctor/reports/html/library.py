"""The plotting library, as it is put into a page: its own bundle, unchanged."""

from importlib.util import find_spec
from pathlib import Path

from memdoctor.errors import UsageError

_BUNDLE = Path("package_data") / "plotly.min.js"


def plotting() -> str:
    """Return the bundle of plotly.js. Its Python package is found, not imported: that takes a second.

    Raises UsageError where it is not installed.
    """
    found = find_spec("plotly")
    for folder in (found and found.submodule_search_locations) or ():
        bundle = Path(folder) / _BUNDLE
        if bundle.is_file():
            return bundle.read_text(encoding="utf-8")
    raise UsageError("plotly.js is not installed", 'pip install "memdoctor[html]" brings it')
