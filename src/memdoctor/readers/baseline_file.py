"""The content of an earlier report: of a file, packed or not, or of standard input."""

import stat
from pathlib import Path

from memdoctor.errors import InputError, UsageError
from memdoctor.readers.opening import open_input

_MOST_BYTES = 64 << 20
_HELP = "a report that was written with: memdoctor analyze … -f json -o report.json"


def baseline_content(name: str) -> bytes:
    """Return what is in a file, or in standard input for `-`.

    Raises UsageError if there is none, or too much in it.
    """
    try:
        if name != "-" and not stat.S_ISREG(Path(name).stat().st_mode):
            raise UsageError(f"baseline {name} is no file", _HELP)
        with open_input(name) as opened:
            return opened.read(_MOST_BYTES, _HELP)
    except InputError as error:
        raise UsageError(f"baseline {name} cannot be read: {error}", _HELP) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"baseline {name} cannot be read: {reason}", _HELP) from error
