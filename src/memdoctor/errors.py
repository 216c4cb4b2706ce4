"""What can go wrong, as exceptions that know their exit code and their help line."""


def not_installed(extra: str, library: str) -> tuple[str, str]:
    """Return what is said, and what helps, where a library of an extra is missing.

    >>> not_installed("sql", "DuckDB")
    ('memdoctor[sql] is not installed', 'pip install "memdoctor[sql]" brings DuckDB')
    """
    return f"memdoctor[{extra}] is not installed", f'pip install "memdoctor[{extra}]" brings {library}'


class MemdoctorError(Exception):
    """A failure that is told as `error:` and `help:`, never as a traceback."""

    exit_code = 2

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 - the word users see
        super().__init__(message)
        self.message = message
        self.help = help


class InputError(MemdoctorError):
    """An input that cannot be read, or is nothing memdoctor knows.

    `place` says where in the input: a byte, a line, or a JSON pointer.
    """

    def __init__(self, message: str, help: str = "", *, place: str | None = None) -> None:  # noqa: A002
        super().__init__(message, help)
        self.place = place


class UsageError(MemdoctorError):
    """A command line or a configuration that does not make sense."""


class CaptureError(MemdoctorError):
    """Something that runs, or should, and cannot be looked at."""
