"""The command ``audiopub``."""

import click

from audiopub import __version__
from audiopub.cli.face import Group, Option, run
from audiopub.messages import LANGUAGES

_COMMANDS = (
    "render", "bulletin", "correct", "withdraw", "restore", "rollback", "reissue", "history", "extract", "gather", "rules", "normalize", "lexicon", "say", "voices",
    "cache", "listen", "plot", "feed", "people", "keys", "worker", "jobs", "nightly", "serve", "stats", "webhooks", "metrics", "backup", "rebuild-catalog", "init",
    "doctor",
)  # fmt: skip
_ELSEWHERE = {
    "say": "say_command:speak", "reissue": "correct_command:reissue", "restore": "withdraw_command:restore", "rollback": "withdraw_command:rollback",
    "rebuild-catalog": "rebuild_catalog_command:rebuild_catalog",
}  # fmt: skip
"""Commands whose module or function has another name than they have."""


def _choose(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    context.find_root().obj = value


main_group = Group(
    "audiopub",
    help="help.main",
    lazy={name: f"audiopub.cli.{_ELSEWHERE.get(name, f'{name}_command:{name}')}" for name in _COMMANDS},
    params=[Option(["--lang"], type=click.Choice(LANGUAGES), is_eager=True, expose_value=False, callback=_choose, help="help.lang", envvar="AUDIOPUB_LANG")],
)
main_group = click.version_option(__version__, prog_name="audiopub", help="help.version", cls=Option)(main_group)


def main() -> None:
    """Run ``audiopub``."""
    run(main_group)
