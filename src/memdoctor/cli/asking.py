"""Questions before something is done: yes, no, or nobody there."""

import sys


def agreed(question: str, *, yes: bool) -> bool:
    """Return whether a person at the terminal says yes; `yes` says so beforehand.

    Anything but yes is no. Raises UsageError where nobody can be asked.
    """
    from memdoctor.errors import UsageError

    if yes:
        return True
    if not is_somebody_there():
        raise UsageError("nobody is there to be asked", "--yes does it without asking")
    _forget_what_was_typed()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    try:
        answer = sys.stdin.readline()
    except UnicodeDecodeError:  # whatever that was, it was no yes
        return False
    return answer.strip().lower() in {"y", "yes"}


def _forget_what_was_typed() -> None:
    """Drop what was typed before the question was there: it answers something else."""
    try:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except (ImportError, OSError, ValueError, termios.error):  # no terminal of POSIX
        return


def is_somebody_there() -> bool:
    """Whether somebody sees a question and can answer."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
