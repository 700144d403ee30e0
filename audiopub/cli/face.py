"""What all commands share: two languages, one way to show errors, exit codes, JSON."""

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn, cast

import click

from audiopub.errors import AudiopubError
from audiopub.messages import LANGUAGES, Language, message

PARTIAL = 6
_DEFAULT_LANGUAGE: Language = "vi"


def language_of(context: click.Context | None) -> Language:
    """Give the language of the messages: ``--lang``, else AUDIOPUB_LANG, else Vietnamese."""
    chosen = context.find_root().obj if context else None
    chosen = chosen or os.environ.get("AUDIOPUB_LANG")
    return next((language for language in LANGUAGES if language == chosen), _DEFAULT_LANGUAGE)


def language() -> Language:
    """Give the language of the running command."""
    return language_of(click.get_current_context(silent=True))


def say(key: str, /, **details: object) -> str:
    """Say a message in the language of the running command."""
    return message(key, language(), **details)


class Command(click.Command):
    """A command whose help is a message key."""

    def get_short_help_str(self, limit: int = 80) -> str:
        """Give the help for the list of commands."""
        return say(self.help or "")[: limit * 2]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help at the top of the command's page."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(message(self.help or "", language_of(ctx)))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``--help`` in the user's language."""
        option = super().get_help_option(ctx)
        if option:
            option.help = message("help.help", language_of(ctx))
        return option


class Group(Command, click.Group):
    """A group whose commands are imported only when they are used, so that ``--help`` is quick."""

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any) -> None:
        """Take command name to ``module:attribute`` and its help key, separated by a space."""
        super().__init__(*args, **kwargs)
        self._lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in their usual order of use."""
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, attribute = self._lazy[cmd_name].split(":")
        return cast("click.Command", getattr(import_module(module), attribute))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Tell the exit codes under the list of all commands."""
        if ctx.parent is None:
            formatter.write_paragraph()
            formatter.write_text(message("help.exit_codes", language_of(ctx)))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by their help keys, without importing them."""
        spoken = language_of(ctx)
        prefix = "help." if ctx.parent is None else f"help.{ctx.info_name}_"
        rows = [(name, message(f"{prefix}{name}", spoken)) for name in self.list_commands(ctx)]
        with formatter.section(message("help.commands", spoken)):
            formatter.write_dl(rows)


class Option(click.Option):
    """An option whose help is a message key."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the line of the help page."""
        record = super().get_help_record(ctx)
        return (record[0], message(self.help, language_of(ctx))) if record and self.help in _help_keys() else record


def option(*names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an option whose help is a message key."""
    return click.option(*names, cls=Option, **settings)


def mention(key: str, /, **details: object) -> None:
    """Say something on standard error while work goes on: that its disk is full, or its reader gone, is no reason to end."""
    with contextlib.suppress(OSError):
        click.echo(say(key, **details), err=True)


def as_json(document: object, *, in_one_line: bool = False) -> None:
    """Print one JSON document on standard output; in one line where others follow."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if in_one_line else 1))


def run(command: click.Command, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line to its exit."""
    code = exit_code_of(command, arguments)
    if _at_once:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


_at_once: list[bool] = []


def end_at_once() -> None:
    """Let the process end without waiting for its threads: some of a worker's stand still for good, so that another goes on where they were."""
    _at_once.append(True)


def exit_code_of(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; errors are shown, never raised."""
    language = _asked_language(arguments if arguments is not None else sys.argv[1:])
    try:
        _set_up_logs()
        outcome = command.main(args=list(arguments) if arguments is not None else None, prog_name="audiopub", standalone_mode=False)
    except AudiopubError as error:
        click.echo(error.sentence(language), err=True)
        return error.exit_code
    except click.exceptions.Abort:
        click.echo(message("usage.interrupted", language), err=True)
        return 130
    except click.UsageError as error:
        click.echo(_usage(error, language), err=True)
        return 2
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  the reader has gone; nothing is wrong
        return 0
    except Exception:  # noqa: BLE001  the outermost place: whatever gets here is a bug, and says so
        traceback.print_exc()
        click.echo(message("usage.bug", language), err=True)
        return 1
    return outcome if isinstance(outcome, int) else 0


def _set_up_logs() -> None:
    """Have logs written as lines of JSON where that is wanted; nothing is imported where it is not."""
    if os.environ.get("AUDIOPUB_LOG"):
        from audiopub.adapters.logs import set_up

        set_up(os.environ)


def _asked_language(arguments: Sequence[str]) -> Language:
    """Find the language before click does: an error may come before it has read the option."""
    words = " ".join(arguments).replace("--lang=", "--lang ").split()
    asked = dict(pairwise(words)).get("--lang")
    return next((language for language in LANGUAGES if language == asked), language_of(None))


def _usage(error: click.UsageError, language: Language) -> str:
    if isinstance(error, click.NoSuchOption):
        sentence = message("usage.no_option", language, option=error.option_name)
    elif isinstance(error, click.MissingParameter):
        sentence = message("usage.missing", language, name=error.param.human_readable_name if error.param else "")
    elif isinstance(error, click.BadParameter):
        sentence = message("usage.bad_parameter", language, name=error.param.human_readable_name if error.param else "", reason=error.format_message())
    elif error.message.startswith("No such command"):
        sentence = message("usage.no_command", language, command=error.message.split("'")[1])
    else:
        sentence = message("usage.wrong", language, reason=error.format_message())
    where = error.ctx.command_path if error.ctx else "audiopub"
    return f"{sentence}\n{message('usage.try_help', language, command=where)}"


def _help_keys() -> frozenset[str]:
    from audiopub.messages import catalog

    return frozenset(catalog("en"))
