"""``audiopub people``: who may sign in at the desk, and what for."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.acts import who
from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.cli.recorded import on_this_machine
from audiopub.errors import BadInput
from audiopub.people.model import Role

if TYPE_CHECKING:
    from audiopub.people import Person, Reception

people = Group("people", help="help.people")

_JSON = option("--json", "json_", is_flag=True, help="help.json")
_BY = option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")
_STDIN = option("--stdin", is_flag=True, help="help.people_stdin")
_ROLE = click.Choice([role.value for role in Role])


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    return _JSON(_BY(command))


def reception() -> "Reception":
    """Give whoever knows people and programs here."""
    from audiopub import bootstrap
    from audiopub.config import Settings

    return bootstrap.reception(Settings.read())


@people.command("add", cls=Command, help="help.people_add")
@click.argument("name")
@option("--role", type=_ROLE, default=Role.EDITOR.value, show_default=True, help="help.people_as")
@_STDIN
@_shared
def add(name: str, role: str, *, stdin: bool, by: str | None, json_: bool) -> None:
    """Open an account."""
    made = reception().add(name, Role(role), _password(stdin=stdin), by=on_this_machine(who(by)))
    _tell(made, "people.added", json_=json_)


@people.command("list", cls=Command, help="help.people_list")
@_JSON
def list_people(*, json_: bool) -> None:
    """List all accounts."""
    found = reception().people.all()
    if json_:
        as_json([_plain(person) for person in found])
        return
    for person in found:
        click.echo(f"{person.name}\t{person.role}\t{say('people.is_disabled') if person.disabled else ''}".rstrip())


@people.command("role", cls=Command, help="help.people_role")
@click.argument("name")
@click.argument("role", type=_ROLE)
@_shared
def role(name: str, role: str, *, by: str | None, json_: bool) -> None:
    """Change what a person may do."""
    _tell(reception().set_role(name, Role(role), by=on_this_machine(who(by))), "people.has_role", json_=json_)


@people.command("password", cls=Command, help="help.people_password")
@click.argument("name")
@_STDIN
@_shared
def password(name: str, *, stdin: bool, by: str | None, json_: bool) -> None:
    """Change a password; the person is signed out everywhere."""
    there = reception()
    there.person(name)  # before anybody types a password twice for nothing
    there.set_password(name, _password(stdin=stdin), by=on_this_machine(who(by)))
    _tell(there.person(name), "people.new_password", json_=json_)


@people.command("disable", cls=Command, help="help.people_disable")
@click.argument("name")
@_shared
def disable(name: str, *, by: str | None, json_: bool) -> None:
    """Shut a person out, at once; the account stays."""
    _tell(reception().set_disabled(name, disabled=True, by=on_this_machine(who(by))), "people.shut_out", json_=json_)


@people.command("enable", cls=Command, help="help.people_enable")
@click.argument("name")
@_shared
def enable(name: str, *, by: str | None, json_: bool) -> None:
    """Let a person in again."""
    _tell(reception().set_disabled(name, disabled=False, by=on_this_machine(who(by))), "people.let_in", json_=json_)


@people.command("remove", cls=Command, help="help.people_remove")
@click.argument("name")
@_shared
def remove(name: str, *, by: str | None, json_: bool) -> None:
    """Close an account; its keys are revoked."""
    there = reception()
    gone = there.person(name)
    there.remove(name, by=on_this_machine(who(by)))
    _tell(gone, "people.gone", json_=json_)


def _password(*, stdin: bool) -> str:
    """Take a password from whoever types it, or a program; never from the command line, which others may read."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("people.no_password")
    return str(click.prompt(say("people.field_password"), hide_input=True, confirmation_prompt=say("people.once_more"), err=True))


def _tell(person: "Person", key: str, *, json_: bool) -> None:
    if json_:
        as_json(_plain(person))
    else:
        click.echo(say(key, name=person.name, role=person.role))


def _plain(person: "Person") -> dict[str, Any]:
    return {"name": person.name, "role": person.role, "disabled": person.disabled, "created": person.created, "changed": person.changed, "by": person.by}
