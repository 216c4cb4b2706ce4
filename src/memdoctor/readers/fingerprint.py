"""The SHA-256 of input files, so that two people can tell whether they speak of the same ones."""

import hashlib
from dataclasses import replace
from pathlib import Path

from memdoctor.model import Source
from memdoctor.progress import tell

_BLOCK = 1 << 20


def with_fingerprint(source: Source) -> Source:
    """Return a source with the hash of its file as it is now, or why there is none."""
    if source.kind != "path":
        reason = {"stdin": "standard input is not kept", "live": "looked at, no file"}
        return replace(source, unhashed=reason.get(source.kind, "no file"))
    path = Path(source.name)
    try:
        if not path.is_file():
            return replace(source, unhashed="no regular file")
        return replace(source, sha256=_sha256(path))
    except (OSError, ValueError) as error:
        return replace(
            source, unhashed=f"cannot be read again: {getattr(error, 'strerror', None) or error}"
        )


def _sha256(path: Path) -> str:
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            tell(f"hashing {path.name}", done, total)
    return digest.hexdigest()
