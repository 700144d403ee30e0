"""``audiopub serve``: the listeners' site, the editors' desk and its API on one address."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audiopub.cli.face import Command, as_json, mention, option, say
from audiopub.errors import ConfigInvalid

if TYPE_CHECKING:
    from threading import Event

    from audiopub.adapters.access_log import AccessLog
    from audiopub.config import Settings
    from audiopub.desk.service import EditorsDesk
    from audiopub.web.doors import Doors


@click.command(cls=Command, help="help.serve")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@option("--host", default="127.0.0.1", show_default=True, help="help.host")
@option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="help.port")
@option("--no-worker", is_flag=True, help="help.no_worker")
@option("--no-desk", is_flag=True, help="help.no_desk")
@option("--desk-only", is_flag=True, help="help.desk_only")
@option("--jobs", "-j", type=click.IntRange(1, 64), help="help.worker_jobs")
@option("--metrics", help="help.worker_metrics")
@option("--access-log", type=click.Path(path_type=Path, dir_okay=False), help="help.access_log")
@option("--json", "json_", is_flag=True, help="help.json")
def serve(folder: Path | None, host: str, port: int, access_log: Path | None, **flags: Any) -> int:
    """Serve until stopped, and do what is in the queues meanwhile; a folder that is named is only served."""
    from audiopub.adapters.web_server import run
    from audiopub.cli.worker_command import stopping
    from audiopub.config import Settings

    settings = Settings.read()
    root = folder or settings.output
    alone = folder is not None or flags["no_worker"]
    if not alone:
        root.mkdir(parents=True, exist_ok=True)
    if not root.is_dir():
        raise ConfigInvalid("config.no_folder", path=root)
    opened = _desk(settings, host, folder, flags)
    stopping()  # the server notes a signal, ends, and raises it once more: what is open here must be closed then, jobs given back
    with _log(access_log) as log, _measured(settings, flags["metrics"]), nullcontext() if alone else _working(settings, flags["jobs"]):
        app = _site(root, opened, log, desk_only=flags["desk_only"])
        try:
            run(app, host, port, started=lambda found: _announce(root, _address(host, found), opened, flags), ending=lambda: _end(opened), forwarded=opened is None)
        except OSError as error:
            raise ConfigInvalid("config.bad_setting", key="--port", value=port, reason=error.strerror) from error
    return 0


def _measured(settings: Any, address: str | None) -> Any:
    from audiopub.cli.worker_command import measured

    return measured(settings, address)


@contextmanager
def _working(settings: Any, slots: int | None) -> Iterator[None]:
    """Be a worker in a thread beside; where another has this machine's jobs already, only say so."""
    from audiopub.cli.face import end_at_once
    from audiopub.errors import TryAgain
    from audiopub.workshop.service import BESIDE_WEB, Wishes, in_background

    with ExitStack() as stack, ExitStack() as inner:
        try:
            made = inner.enter_context(in_background(settings, Wishes(slots=slots, patience=BESIDE_WEB)))
        except TryAgain as error:
            if error.code != "again.locked":
                raise
            mention("say.worker_elsewhere")
            yield
            return
        stack.callback(lambda: end_at_once() if made.stands_still else None)
        mention("say.worker_ready", name=made.name)
        yield


@contextmanager
def _log(path: Path | None) -> "Iterator[AccessLog | None]":
    """Open the access log, if there is to be one."""
    if path is None:
        yield None
        return
    from datetime import UTC, datetime

    from audiopub.adapters.access_log import AccessLog

    def lost(error: OSError) -> None:
        click.echo(say("say.log_lost", path=path, reason=error.strerror), err=True)

    try:
        log = AccessLog(path, lambda: datetime.now(UTC).astimezone(), lost)
    except OSError as error:
        raise ConfigInvalid("config.bad_setting", key="--access-log", value=str(path), reason=error.strerror) from error
    try:
        yield log
    finally:
        log.close()


def _desk(settings: "Settings", host: str, folder: Path | None, flags: dict[str, Any]) -> "tuple[EditorsDesk, Doors, Event] | None":
    """Open the desk, where it is wanted: not beside a folder that was named, which is only served."""
    if flags["no_desk"] and flags["desk_only"]:
        raise click.UsageError(say("usage.no_desk_only"))
    if flags["no_desk"] or (folder is not None and not flags["desk_only"]):
        return None
    from threading import Event, Thread

    from audiopub.desk.service import EditorsDesk
    from audiopub.web.doors import Doors

    doors = Doors.of(settings)
    doors.refuse_to_bind(host)
    desk = EditorsDesk(settings)
    for slug in sorted({"desk", "api"} & {slug for slug, _ in desk.shows()}) if not flags["desk_only"] else ():
        reason = f"/{slug}/ is the desk's; call it otherwise, or serve with --no-desk"
        raise ConfigInvalid("config.bad_value", path=settings.feeds / f"{slug}.toml", key="file name", value=slug, reason=reason)
    Thread(target=desk.warm, daemon=True, name="warm").start()
    return desk, doors, Event()


def _site(root: Path, opened: "tuple[EditorsDesk, Doors, Event] | None", log: "AccessLog | None", *, desk_only: bool) -> Any:
    from audiopub.adapters.access_log import logged
    from audiopub.adapters.static_site import static_site

    site = None if desk_only else static_site(root)
    site = logged(site, log) if site and log else site
    if opened is None:
        return site
    from audiopub.web.app import desk_app
    from audiopub.web.streams import Streams

    desk, doors, stop = opened
    app = desk_app(desk, doors, site=site)
    app.state.streams = Streams(stop)
    return app


def _end(opened: "tuple[EditorsDesk, Doors, Event] | None") -> None:
    if opened:
        opened[2].set()


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _announce(root: Path, url: str, opened: "tuple[EditorsDesk, Doors, Event] | None", flags: dict[str, Any]) -> None:
    feeds = [] if flags["desk_only"] else [f"{url}/{path.relative_to(root).as_posix()}" for path in sorted({*root.glob("feed.xml"), *root.glob("*/feed.xml")})]
    token = opened[1].token_file() if opened else None
    if flags["json_"]:
        desk = {"desk": f"{url}/desk/", "token_file": str(token) if token else None} if opened else {}
        as_json({"folder": str(root), "url": url, "feeds": feeds, **desk})
        return
    if not flags["desk_only"]:
        click.echo(say("say.served", folder=root, url=url))
    for feed in feeds:
        click.echo("  " + say("say.subscribe", url=feed))
    if opened:
        click.echo(say("say.desk", url=f"{url}/desk/"))
    if token:
        # A journal keeps what is printed; a terminal does not.
        shown = say("say.desk_token", path=token, token=token.read_text(encoding="ascii").strip()) if sys.stdout.isatty() else say("say.desk_token_file", path=token)
        click.echo(f"  {shown}")
