"""A process as Windows describes it: a Win32_Process of CIM, or a row of `wmic`."""

from memdoctor.model import Process
from memdoctor.readers.parts.processes.process_fields import (
    DRIVE,
    LONGEST_ARGUMENTS,
    arguments,
    count,
    line,
    process_id,
    text,
    windows_moment,
)
from memdoctor.readers.parts.processes.process_rows import Fields

HELP = (
    "take it with Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,Name,CommandLine,"
    "CreationDate,WorkingSetSize | ConvertTo-Json"
)
_TICKS = 10_000_000  # a second has as many, of 100 ns each


def process(fields: Fields) -> Process | None:
    """Return the process of a row, None if it is of none."""
    pid = fields.pid("ProcessId")
    if pid is None:
        return None
    command = fields.take("CommandLine", line)
    name = fields.take("Name", text)
    kernel, user = fields.take("KernelModeTime", count), fields.take("UserModeTime", count)
    return Process(
        fields.left.name,
        fields.place,
        pid,
        ppid=fields.take("ParentProcessId", process_id),
        started_at=fields.take("CreationDate", windows_moment),
        name=name,
        argv=None if command is None else _argv(command, name or ""),
        cut=command is not None and len(command) > LONGEST_ARGUMENTS,
        exe=fields.take("ExecutablePath", text),
        rss=fields.take("WorkingSetSize", count),
        threads=fields.take("ThreadCount", count),
        cpu_seconds=None if kernel is None or user is None else (kernel + user) / _TICKS,
    )


def _argv(command: str, name: str) -> tuple[str, ...] | None:
    """Return the arguments; a path with spaces is often not quoted, and ends with the name."""
    end = command.lower().find(f"\\{name.lower()}") + 1 + len(name)
    unquoted = name and DRIVE.match(command) and end > len(name) and command[end : end + 1] in ("", " ")
    if unquoted and " " in command[:end]:
        return (command[:end], *arguments(command[end:]))
    return arguments(command) or None
