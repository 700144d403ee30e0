"""``audiopub keys``: what programs show to use the API."""

from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.acts import who
from audiopub.cli.face import Command, Group, as_json, mention, option, say
from audiopub.cli.people_command import reception
from audiopub.cli.recorded import on_this_machine
from audiopub.people.model import Permission

if TYPE_CHECKING:
    from audiopub.people import Key

keys = Group("keys", help="help.keys")

_JSON = option("--json", "json_", is_flag=True, help="help.json")
_BY = option("--by", envvar="AUDIOPUB_AUTHOR", help="help.by")


@keys.command("add", cls=Command, help="help.keys_add")
@click.argument("name")
@option("--scope", "scopes", multiple=True, type=click.Choice([permission.value for permission in Permission]), help="help.keys_scope")
@option("--owner", default="", help="help.keys_owner")
@_BY
@_JSON
def add(name: str, *, scopes: tuple[str, ...], owner: str, by: str | None, json_: bool) -> None:
    """Make a key; it is shown once and kept nowhere."""
    made = reception().add_key(name, map(Permission, scopes), owner=owner, by=on_this_machine(who(by)))
    if json_:
        as_json({"id": made.id, "name": name, "scopes": sorted(set(scopes)), "key": made.text})
        return
    mention("people.key_once")
    click.echo(made.text)


@keys.command("list", cls=Command, help="help.keys_list")
@_JSON
def list_keys(*, json_: bool) -> None:
    """List all keys, the revoked ones too."""
    found = reception().keys.all()
    if json_:
        as_json([_plain(key) for key in found])
        return
    for key in found:
        click.echo(f"{key.id}\t{key.name}\t{' '.join(sorted(key.scopes))}\t{key.by}\t{say('people.is_revoked') if key.revoked else ''}".rstrip())


@keys.command("revoke", cls=Command, help="help.keys_revoke")
@click.argument("id_", metavar="ID")
@_BY
@_JSON
def revoke(id_: str, *, by: str | None, json_: bool) -> None:
    """Let a key open nothing from now on."""
    gone = reception().revoke_key(id_, by=on_this_machine(who(by)))
    if json_:
        as_json(_plain(gone))
    else:
        click.echo(say("people.key_gone", name=gone.name, id=gone.id))


def _plain(key: "Key") -> dict[str, Any]:
    return {
        "id": key.id, "name": key.name, "scopes": sorted(key.scopes), "by": key.by, "created": key.created, "used": key.used, "revoked": key.revoked,
    }  # fmt: skip
