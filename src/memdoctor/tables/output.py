"""A folder beside the place where something is going to be: it is moved there when it is whole."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memdoctor.errors import UsageError


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, in that one and so on the same disk; it is gone afterwards.

    Raises UsageError if nothing can be written there.
    """
    try:
        temporary = Path(tempfile.mkdtemp(prefix=".case-", dir=folder)).resolve()
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"cannot write to {folder}: {reason}", "is it a folder that exists?") from error
    try:
        yield temporary
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"cannot write to {folder}: {reason}", "is there room, and may you?") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
