"""``audiopub cache``: what was spoken and encoded before, and how much room it takes."""

import click

from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.errors import FeedInvalid

cache = Group("cache", help="help.cache")
_MEGA = 1_000_000


@cache.command("stats", cls=Command, help="help.cache_stats")
@option("--json", "json_", is_flag=True, help="help.json")
def stats(*, json_: bool) -> None:
    """Count what is there."""
    from audiopub.bootstrap import segment_cache
    from audiopub.config import Settings

    settings = Settings.read()
    stock = segment_cache(settings).stock()
    if json_:
        as_json({"segments": stock.segments, "segment_bytes": stock.segment_bytes, "encoded": stock.encoded, "encoded_bytes": stock.encoded_bytes,
                 "limit_bytes": round(settings.cache_limit * 1000 * _MEGA)})  # fmt: skip
        return
    click.echo(say("cache.stats", segments=stock.segments, segment_mb=stock.segment_bytes / _MEGA, encoded=stock.encoded, encoded_mb=stock.encoded_bytes / _MEGA,
                   limit=settings.cache_limit))  # fmt: skip


@cache.command("prune", cls=Command, help="help.cache_prune")
@option("--to", "limit", type=click.FloatRange(min=0), help="help.cache_to")
@option("--all", "everything", is_flag=True, help="help.cache_all")
@option("--json", "json_", is_flag=True, help="help.json")
def prune(limit: float | None, *, everything: bool, json_: bool) -> None:
    """Remove what was not used for longest."""
    from audiopub.bootstrap import segment_cache
    from audiopub.config import Settings

    settings = Settings.read()
    wanted = 0.0 if everything else settings.cache_limit if limit is None else limit
    found = segment_cache(settings)
    gone = found.prune(round(wanted * 1000 * _MEGA), 0.0) if everything else found.prune(round(wanted * 1000 * _MEGA))
    if json_:
        as_json({"removed": gone.segments + gone.encoded, "removed_bytes": gone.size})
    else:
        click.echo(say("cache.pruned", count=gone.segments + gone.encoded, mb=gone.size / _MEGA))


@cache.command("verify", cls=Command, help="help.cache_verify")
@option("--json", "json_", is_flag=True, help="help.json")
def verify(*, json_: bool) -> int:
    """Read every file and remove the damaged; some were is exit code 7."""
    from audiopub.bootstrap import segment_cache
    from audiopub.config import Settings

    whole, broken = segment_cache(Settings.read()).verify()
    if json_:
        as_json({"whole": whole, "broken": list(broken)})
    else:
        click.echo(say("cache.verified", whole=whole, broken=len(broken)))
    return FeedInvalid.exit_code if broken else 0
