"""A file mapped into memory, whose pages are given back when they were read."""

import contextlib
import io
import mmap
import os
from typing import BinaryIO, Self

from memdoctor.errors import InputError

_PAGE = mmap.ALLOCATIONGRANULARITY


class Mapped:
    """The content of a file. `text` finds bytes, `view` is what the compiled core reads."""

    def __init__(self, file: BinaryIO) -> None:
        self._number = file.fileno()
        self.size = os.fstat(self._number).st_size
        if not self.size:
            raise InputError("empty: there is nothing in it")
        try:
            self.text = mmap.mmap(self._number, 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise InputError(f"cannot be mapped: {error}") from error
        self.view = memoryview(self.text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        # After an error, its traceback still holds parts of the view: they go with it.
        with contextlib.suppress(BufferError):
            self.view.release()
            self.text.close()

    def release(self, start: int, stop: int) -> None:
        """Give back the pages that lie between two bytes; they are read again if they are needed."""
        first, last = start - start % _PAGE, stop - stop % _PAGE
        if last > first and hasattr(mmap, "MADV_DONTNEED"):
            self.text.madvise(mmap.MADV_DONTNEED, first, last - first)

    def file(self) -> io.FileIO:
        """Return a file of its own on the same content, to be read after the mapping is gone."""
        return io.FileIO(os.dup(self._number), "rb")
