"""The command line: its commands, and every error told in the same two lines."""

import sys
from collections.abc import Callable
from typing import Annotated, NoReturn

import typer

from memdoctor.cli.analyze import analyze
from memdoctor.cli.capture import capture
from memdoctor.cli.env import env
from memdoctor.cli.explain import explain
from memdoctor.cli.heap import heap
from memdoctor.cli.outgoing import begin
from memdoctor.cli.pm2 import pm2
from memdoctor.cli.ps import ps
from memdoctor.cli.publish import tell
from memdoctor.cli.query import query
from memdoctor.cli.reap import reap
from memdoctor.cli.redact import redact
from memdoctor.cli.watch import watch
from memdoctor.errors import MemdoctorError
from memdoctor.version import VERSION

COMMANDS: dict[str, Callable[..., None]] = {
    "analyze": analyze,
    "heap": heap,
    "ps": ps,
    "pm2": pm2,
    "watch": watch,
    "capture": capture,
    "reap": reap,
    "redact": redact,
    "query": query,
    "explain": explain,
    "env": env,
}

_HELP = """Heap and process forensics: what is wrong, how sure, from which numbers.

\b
memdoctor analyze dump.json          one dump, diagnosed
memdoctor analyze *.json --json      several as one case, for a script
"""

# Every usage error of the command line derives from this; typer itself does not export it.
_COMMAND_LINE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    help=_HELP,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for name, command in COMMANDS.items():
    app.command(name)(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"memdoctor {VERSION}")
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version."),
    ] = False,
) -> None:
    del version
    if context.invoked_subcommand is None:
        print(context.get_help())


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 findings, 2 could not do it, 130 on Ctrl-C."""
    begin(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=arguments, prog_name="memdoctor", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except MemdoctorError as error:
        tell(error.message, error.help)
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except OSError as error:  # a full disk, a closed terminal
        tell(f"cannot write: {error.strerror or error}")
        code = 2
    except _COMMAND_LINE_ERROR as error:
        tell(*_usage(error))
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: BaseException) -> tuple[str, str]:
    from memdoctor.text import closest

    message = str(getattr(error, "format_message", lambda: error)()).rstrip(".")
    words = message.split("'")
    if message.startswith("No such command") and len(words) > 1:
        return f"there is no command {words[1]}", closest(words[1], tuple(COMMANDS))
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "memdoctor"
    return message[:1].lower() + message[1:], f"{path} --help shows what there is"
