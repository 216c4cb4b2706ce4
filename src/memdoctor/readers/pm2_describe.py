"""What `pm2 describe` prints of an app, also as `pm2 show` and `pm2 info`; and lists in the same text."""

from collections.abc import Iterator

from memdoctor.model import App, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.pm2.printed import apps_in


def read(opened: Opened) -> Iterator[App | Problem]:
    """Yield the app of each description, one for each instance of a cluster, and what could not be read.

    Raises InputError if there is none.
    """
    yield from apps_in(opened, "no description of an app in it", "take pm2 describe NAME > app.txt")
