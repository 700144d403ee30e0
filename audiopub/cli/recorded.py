"""What commands do before listeners is written down where the desk shows it, and told to webhooks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from audiopub.cli.face import say
from audiopub.errors import AudiopubError
from audiopub.people.model import ROLES, Actor, Role, Via

if TYPE_CHECKING:
    from audiopub.config import Settings
    from audiopub.desk.record import Record


def on_this_machine(name: str) -> Actor:
    """Give whoever uses the command line: who may read the state folder may do everything anyway."""
    return Actor(name=f"cli:{name}", permissions=ROLES[Role.ADMIN], via=Via.CLI)


class Recorder:
    """Writes down what a command did, after it did it: where that cannot be written, it is said, and what was done stays done."""

    def __init__(self, settings: "Settings", name: str) -> None:
        """Write for somebody; nothing is opened before there is something to write."""
        self._settings, self._name = settings, name

    def write(self, work: "Callable[[Record], None]") -> None:
        """Write something down."""
        from audiopub.desk.record import Record

        try:
            work(Record(self._settings, on_this_machine(self._name)))
        except AudiopubError as error:
            click.echo(say("say.not_recorded", reason=say(error.code, **error.details)), err=True)
