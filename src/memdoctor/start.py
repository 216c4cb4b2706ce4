"""What runs first: Ctrl-C ends memdoctor without a traceback also while it is still being loaded."""

import os
import signal
from types import FrameType


def run() -> None:
    """Load the command line and run it."""
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, _end)
    from memdoctor.cli.main import run as run_command

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run_command()


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    os._exit(130)  # nothing has been done
