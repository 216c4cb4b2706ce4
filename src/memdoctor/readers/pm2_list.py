"""The list that PM2 prints: `pm2 ls` in any width, `--mini-list`, and the one in `pm2 report`."""

from collections.abc import Iterator

from memdoctor.model import App, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.pm2.printed import apps_in


def read(opened: Opened) -> Iterator[App | Problem]:
    """Yield the app of each row, and what could not be read; that PM2 runs no app is a problem, too.

    Raises InputError if there is no list.
    """
    yield from apps_in(opened, "no list of apps in it", "take pm2 ls > apps.txt, or better pm2 jlist")
