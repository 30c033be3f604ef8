"""The command tree and its border: every expected error becomes one line on standard error and an exit code."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from cli.errors import ExitCode, exit_code_of
from cli.invocation import Invocation
from cli.logs import plain, redactor, set_up_logs
from cli.version import VERSION
from cli.views import prepare_streams

FLAGS = ("--json", "-v", "--verbose")
WITH_VALUE = ("--settings", "--set")
# The commands in the order of `volya --help`, and the file of cli/commands that holds each.
COMMANDS: Mapping[str, str] = {
    "run": "run",
    "demo": "demo",
    "crawl": "crawl",
    "read": "read",
    "import": "imports",
    "analyse": "analyse",
    "extract": "extract",
    "explain": "explain",
    "check": "check",
    "export": "export",
    "reread": "reread",
    "migrate": "migrate",
    "backup": "backup",
    "restore": "backup",
    "redact": "redact",
    "articles": "articles",
    "events": "events",
    "people": "people",
    "alerts": "alerts",
    "outlets": "outlets",
}


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with global options first, wherever they stood: `events list --json` works too."""
    first: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        argument = left.pop(0)
        if argument == "--":
            return [*first, *rest, "--", *left]
        if argument in FLAGS or argument.startswith(tuple(f"{name}=" for name in WITH_VALUE)):
            first.append(argument)
        elif argument in WITH_VALUE:
            first += [argument, *left[:1]]
            del left[:1]
        else:
            rest.append(argument)
    return [*first, *rest]


class Root(TyperGroup):
    """The root command; takes its options in any place, and loads a command when somebody asks for it.

    All of them together take longer to load than most commands take to run.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse with the global options moved to the front."""
        return super().parse_args(ctx, hoisted(args))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the signature of typer)
        """Return the names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, loaded; None for a name that is none: then all are loaded, so that near ones are suggested."""
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                self.commands.update(_loaded(COMMANDS[name]))
        return super().get_command(ctx, cmd_name)


def _loaded(file: str) -> Mapping[str, Any]:
    part = typer.Typer(rich_markup_mode=None)
    gc.disable()  # what is loaded stays; to look for garbage in it again and again is a sixth of a start
    try:
        module = import_module(f"cli.commands.{file}")
    finally:
        gc.enable()
    if hasattr(module, "app"):
        part.add_typer(module.app)
    else:
        module.register(part)
    return typer.main.get_group(part).commands


app = typer.Typer(
    cls=Root,
    name="volya",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: volya run --settings settings.toml",
)


def _show_version(asked: bool) -> None:  # noqa: FBT001 (a typer callback takes the value of its option)
    if asked:
        typer.echo(f"volya {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    settings: Annotated[
        Path | None, typer.Option(help="Settings file; default ./settings.toml, then the user's and the system's.")
    ] = None,
    override: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a setting: db.url=sqlite:///FILE.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,  # noqa: FBT002 (a flag)
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log details to standard error.")] = False,  # noqa: FBT002 (a flag)
    _version: Annotated[  # noqa: FBT002 (a flag)
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch the news for political prisoners being freed in Belarus, and for the negotiations about it.

    Global options may stand before or after the command.
    """
    context.obj = Invocation(settings, tuple(override or ()), json, verbose)
    set_up_logs(logging.DEBUG if verbose else logging.WARNING)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    prepare_streams()
    try:
        code = app(args=arguments, prog_name="volya", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _refuse_usage(error.format_message() or "see volya --help")
    except (KeyboardInterrupt, typer.Abort):
        return 128 + 2  # as the shell reports an interrupt
    except SystemExit as end:  # typer's way to end when the reader of our output has gone, and after completion
        if isinstance(end.__context__, BrokenPipeError):
            return _leave_quietly()
        raise
    except BrokenPipeError:
        return _leave_quietly()
    except Exception as error:  # noqa: BLE001 (the border of the program)
        return _report(error)
    return code if isinstance(code, int) else ExitCode.FINE


def _leave_quietly() -> int:
    """End well when the reader has seen enough; what is still buffered must not raise again at the end of Python."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ is not None else 1)
    return ExitCode.FINE


def _report(error: Exception) -> int:
    code = exit_code_of(error)
    if code is None:
        logging.getLogger("volya").critical("a fault of the program; -v shows where", exc_info=error)
        return ExitCode.FOUND_WRONG
    if isinstance(error, OSError) and error.filename is not None:
        return _refuse(f"{error.filename}: {error.strerror}", code)
    return _refuse(str(error), code)


def _refuse_usage(message: str) -> int:
    if message.startswith("Usage:"):  # nothing was asked: the help is the answer
        sys.stderr.write(f"{message}\n")
        return ExitCode.USAGE
    return _refuse(message, ExitCode.USAGE)


def _refuse(message: str, code: ExitCode) -> int:
    for line in message.splitlines():
        sys.stderr.write(f"volya: {plain(redactor.redact(line))}\n")
    return code
