"""What the first bytes of logs look like. What decides is imported only where a log is possible."""

import re

from memdoctor.readers.opening import HEAD

_OF_PM2_OR_V8 = re.compile(
    rb"PM2|\[TAILING\]|<--- |FATAL ERROR: |\[\d{1,10}:(?:0x)?[0-9A-Fa-f]{4,16}(?::\w{1,16})?\] "
)


def is_log(head: bytes) -> bool:
    """Whether one of the signals stands in it, or most lines begin with a time.

    That may stand behind the name that `pm2 logs` writes, or among the values of an object on the line.
    """
    from memdoctor.readers.parts.logs.heads import has_signal, is_timed

    return is_timed(head) or has_signal(head)


def may_be_log(head: bytes) -> bool:
    """Whether it is a log, or a text that goes on behind its head: a signal may stand anywhere."""
    if is_log(head):
        return True
    return len(head) >= HEAD and (b"\0" not in head or not head.strip(b"\0"))


def is_of_pm2_or_v8(head: bytes) -> bool:
    """Whether it is PM2's own log, the output of --trace-gc, or begins with a fatal error of V8."""
    if not _OF_PM2_OR_V8.search(head):
        return False
    from memdoctor.readers.parts.logs.heads import is_of_pm2_or_v8 as decide

    return decide(head)


def is_log_without_figures(head: bytes) -> bool:
    """Whether most lines tell a time, and none of them names a memory figure."""
    from memdoctor.readers.parts.logs.heads import has_figures, is_timed

    return not has_figures(head) and is_timed(head)
