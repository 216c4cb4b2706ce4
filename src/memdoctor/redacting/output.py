"""A file that has its name when it is whole, readable for its owner alone; a failure leaves nothing."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from memdoctor.errors import UsageError


@contextmanager
def written_whole(path: Path) -> Iterator[Any]:
    """Give a file to write to, packed as its name's ending says; it gets its name at the end of the block.

    Raises UsageError where it cannot be made.
    """
    try:
        number, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {path}: {reason}", "is it in a folder that exists?") from error
    try:
        with os.fdopen(number, "wb", buffering=1 << 20) as file:
            with _packing(file, path.suffix) as packing:
                yield packing
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:  # also Ctrl-C: no half file stays
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _packing(file: BinaryIO, ending: str) -> Iterator[Any]:
    if ending == ".gz":
        import gzip

        with gzip.GzipFile("", "wb", 6, file, 0) as packed:
            yield packed
    elif ending == ".xz":
        import lzma

        with lzma.LZMAFile(file, "wb", preset=1) as packed_xz:
            yield packed_xz
    elif ending == ".zst":
        from memdoctor.readers.unpacking import zstd_library

        with zstd_library().ZstdFile(file, "wb") as packed_zstd:
            yield packed_zstd
    else:
        yield file
