"""Files that only their owner can read, and that have their name only when they are whole."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from memdoctor.errors import CaptureError

CUT = ".part"  # what the name of a file ends in as long as it is not whole
_PRIVATE = 0o600


@contextmanager
def whole_file(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Give what writes the file; it has its name at the end of the block, and is gone if that fails.

    Raises CaptureError if it cannot be written.
    """
    part = path.with_name(path.name + CUT)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    except OSError as error:
        raise _unwritten(part, error) from None
    is_whole = False
    try:
        with open(descriptor, "wb") as file:

            def write(data: bytes) -> None:
                try:
                    file.write(data)
                except OSError as error:
                    raise _unwritten(path, error) from None

            yield write
            try:
                file.flush()
            except OSError as error:
                raise _unwritten(path, error) from None
        os.replace(part, path)
        is_whole = True
    finally:
        if not is_whole:
            with suppress(OSError):
                os.unlink(part)


def _unwritten(path: Path, error: OSError) -> CaptureError:
    message = f"cannot write {path}: {error.strerror or error}"
    return CaptureError(message, "-o DIR takes a folder with room for it")


def make_folder(folder: Path) -> None:
    """Make a folder if it is not there.

    Raises CaptureError if it cannot be made, or nothing can be written into it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritten(folder, error) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CaptureError(f"cannot write into {folder}", "-o DIR takes another folder")
