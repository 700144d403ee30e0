"""``audiopub normalize``: written lines in, spoken lines out."""

import sys
from pathlib import Path
from typing import Any

import click

from audiopub.cli.face import Command, as_json, option, say


@click.command(cls=Command, help="help.normalize")
@option("--explain", is_flag=True, help="help.explain")
@option("--show", help="help.normalize_show")
@option("--feeds", type=click.Path(path_type=Path), help="help.feeds")
@option("--json", "json_", is_flag=True, help="help.json")
def normalize(*, explain: bool, show: str | None, feeds: Path | None, json_: bool) -> None:
    """Read standard input line by line; every line gives one line, but for the explanations under it."""
    from audiopub.vietnamese import Reading, read

    manner = _manner(show, feeds) if show else ()
    readings: list[Reading] = []
    guesses = 0
    for line in sys.stdin.buffer:
        reading = read(line.decode("utf-8", "replace"), *manner)
        guesses += len(reading.guesses)
        if json_:
            readings.append(reading)
            continue
        click.echo(reading.spoken)
        for rewrite in reading.rewrites if explain else ():
            click.echo(_explained(rewrite))
    if json_:
        as_json([{"written": r.written, "spoken": r.spoken, "rewrites": [rewrite.plain() for rewrite in r.rewrites]} for r in readings])
    elif explain and guesses:
        click.echo(say("say.guesses", count=guesses), err=True)


def _manner(show: str, feeds: Path | None) -> tuple[Any, Any]:
    """Give a show's lexicon and options; only then is more than the language needed."""
    from audiopub.bootstrap import sentence_style
    from audiopub.config import Settings

    style = sentence_style(Settings.read(feeds=feeds), show)
    return style.lexicon, style.reading


def _explained(rewrite: Any) -> str:
    because = f": {rewrite.because}" if rewrite.because else ""
    return f"  {rewrite.written.strip()} → {rewrite.spoken or '∅'}  [{rewrite.rule}, {rewrite.confidence}{because}]{'' if rewrite.sure else ' ?'}"
