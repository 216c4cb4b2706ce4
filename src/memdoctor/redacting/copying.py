"""One input to one copy: whatever a reader knows is redacted, anything else is refused."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from memdoctor.errors import InputError, UsageError
from memdoctor.model import Source
from memdoctor.readers.case import read_case
from memdoctor.readers.opening import Opened, open_input
from memdoctor.readers.sniff import snapshot_reader
from memdoctor.redacting.built_in import is_built_in, words
from memdoctor.redacting.document import copy_text
from memdoctor.redacting.output import written_whole
from memdoctor.redacting.results import Copy, Counts
from memdoctor.redacting.stand_ins import StandIns
from memdoctor.redacting.texts import Texts


@dataclass(frozen=True, slots=True)
class Job:
    """A file, and where its copy goes."""

    source: str
    target: Path


class Copying:
    """The copies of one call: in all of them the same text has the same stand-in."""

    def __init__(self, *, keep_names: bool) -> None:
        self._stand_ins = StandIns(lambda text: is_built_in(text) or text.lower() in words())
        self._texts = Texts(self._stand_ins)
        self._keep_names = keep_names

    def copy(self, job: Job) -> Copy:
        """Write the copy of one file.

        Raises InputError for what no reader knows, and UsageError where nothing can be written.
        """
        source = recognised(job.source)
        with open_input(job.source) as opened, written_whole(job.target) as output:
            counts = self._written(opened, output)
        keep_time(job)
        return Copy(job.source, str(job.target), source.format or "", job.target.stat().st_size, counts)

    def _written(self, opened: Opened, output: BinaryIO) -> Counts:
        reader = snapshot_reader(opened.head)
        if reader is None:
            return copy_text(opened, self._texts, output)
        from memdoctor.redacting.names import HeapNames
        from memdoctor.redacting.snapshot import copy_snapshot

        names = HeapNames(self._stand_ins)
        return copy_snapshot(opened, reader, names, output, keep_names=self._keep_names)


def keep_time(job: Job) -> None:
    """Give a copy the time of its file: it may be all that tells when a look was taken."""
    with suppress(OSError):
        changed = Path(job.source).stat().st_mtime_ns
        os.utime(job.target, ns=(changed, changed))


def recognised(name: str) -> Source:
    """Return what an input is. Raises InputError for what no reader can make anything of."""
    case = read_case([name])
    if not case.sources:
        reason = case.problems[0] if case.problems else None
        message = reason.message if reason else "nothing in it could be read"
        place = reason.place if reason else None
        raise InputError(message, "only what memdoctor can read is redacted", place=place)
    return case.sources[0]


def jobs_for(sources: list[str], output: str, *, force: bool) -> list[Job]:
    """Return which copy goes where: for several files the output is a folder, which is made if need be.

    Raises UsageError where a copy would replace a file, or one of the inputs.
    """
    target = Path(output)
    for source in sources:
        if source == "-" or Path(source).is_dir():
            raise UsageError(f"{source} is no file", "name files: redact writes a copy of each")
    is_folder = len(sources) > 1 or target.is_dir() or output.endswith(("/", "\\"))
    jobs = [Job(source, target / Path(source).name if is_folder else target) for source in sources]
    names = [job.target for job in jobs]
    if len(set(names)) < len(names):
        raise UsageError("two of the files have one name", "redact them one by one")
    if is_folder:
        _make_folder(target)
    for job in jobs:
        _check(job, sources, force=force)
    return jobs


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder {folder}: {error.strerror or error}"
        raise UsageError(message, "several copies go into a folder") from error


def _check(job: Job, sources: list[str], *, force: bool) -> None:
    for source in sources:
        with suppress(OSError, ValueError):  # one of them is not there
            if job.target.samefile(source):
                raise UsageError(f"{job.target} is an input of this call", "write the copy to another file")
    if job.target.exists() or job.target.is_symlink():
        if not job.target.is_file() or job.target.is_symlink():
            raise UsageError(f"{job.target} is no regular file", "name a file that is not there yet")
        if not force:
            raise UsageError(f"{job.target} is there already", "--force replaces it")
