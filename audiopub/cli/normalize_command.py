"""``audiopub normalize``: written lines in, spoken lines out."""

import sys

import click

from audiopub.cli.face import Command, as_json, option


@click.command(cls=Command, help="help.normalize")
@option("--explain", is_flag=True, help="help.explain")
@option("--json", "json_", is_flag=True, help="help.json")
def normalize(*, explain: bool, json_: bool) -> None:
    """Read standard input line by line; every line gives one line, but for the explanations under it."""
    from audiopub.vietnamese import Reading, read

    readings: list[Reading] = []
    for line in sys.stdin.buffer:
        reading = read(line.decode("utf-8", "replace"))
        if json_:
            readings.append(reading)
            continue
        click.echo(reading.spoken)
        if explain:
            for rewrite in reading.rewrites:
                click.echo(f"  {rewrite.written.strip()} → {rewrite.spoken or '∅'}  [{rewrite.rule}{'' if rewrite.sure else ' ?'}]")
    if json_:
        as_json([
            {"written": r.written, "spoken": r.spoken,
             "rewrites": [{"start": w.start, "end": w.end, "written": w.written, "spoken": w.spoken, "rule": w.rule, "sure": w.sure} for w in r.rewrites]}
            for r in readings
        ])  # fmt: skip
