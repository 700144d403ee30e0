"""``audiopub extract``: the article that is found in a page."""

import sys
from typing import Any

import click

from audiopub.cli.face import Command, as_json, option, say


@click.command(cls=Command, help="help.extract")
@click.argument("source")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--explain", is_flag=True, help="help.explain")
def extract(source: str, *, json_: bool, explain: bool) -> None:
    """Show an article. It is shown even where it may not be published; the reason follows as the error."""
    from audiopub.article import Article, check
    from audiopub.article import extract as found_in
    from audiopub.bootstrap import page
    from audiopub.config import Settings
    from audiopub.errors import BadInput

    article: Article = found_in(page(source, Settings.read(), sys.stdin.buffer.read))
    refusal: BadInput | None = None
    try:
        article = check(article, source)
    except BadInput as error:
        refusal = error
    if json_:
        as_json(document(article, explain=explain))
    else:
        _show(article, explain=explain)
    if refusal:
        raise refusal


def document(article: Any, *, explain: bool = False) -> dict[str, Any]:
    """Give an article as plain values."""
    plain = {
        "title": article.title, "lead": article.lead, "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "sections": [{"heading": section.heading, "paragraphs": list(section.paragraphs)} for section in article.sections],
        "captions": list(article.captions), "canonical_url": article.canonical_url, "image_url": article.image_url,
        "warnings": list(article.warnings), "provenance": list(article.provenance),
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
    }  # fmt: skip
    if explain:
        plain["blocks"] = [{"kind": block.kind, "rule": block.rule, "text": block.text} for block in article.blocks]
    return plain


def _show(article: Any, *, explain: bool) -> None:
    click.echo(f"# {article.title}")
    click.echo(" · ".join(filter(None, (article.author, article.published and f"{article.published:%d/%m/%Y %H:%M}", article.canonical_url))))
    for block in article.blocks:
        if explain:
            click.echo(f"{block.kind:<10} {block.rule:<24} {block.text}")
        elif block.kind == "heading":
            click.echo(f"\n## {block.text}")
        elif block.kind not in {"furniture", "byline", "caption"}:
            click.echo(block.text)
    for warning in article.warnings:
        click.echo(say("say.warning", text=say(warning)), err=True)
