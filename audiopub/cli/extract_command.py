"""``audiopub extract``: the article that is found in a page, or in every page of a source."""

import sys
from datetime import datetime
from typing import Any

import click

from audiopub.cli.face import PARTIAL, Command, as_json, option, say
from audiopub.cli.wishes import VIETNAM, wanted, wanted_options


@click.command(cls=Command, help="help.extract")
@click.argument("sources", nargs=-1, required=True)
@wanted_options
@option("--kept", is_flag=True, help="help.kept")
@option("--json", "json_", is_flag=True, help="help.json")
@option("--explain", is_flag=True, help="help.explain")
def extract(sources: tuple[str, ...], *, json_: bool, explain: bool, kept: bool, **flags: Any) -> int:
    """Show articles. Each is shown even where it may not be published; the reason follows as the error."""
    from audiopub.bootstrap import reader
    from audiopub.config import Settings
    from audiopub.source import Entry, Gathered
    from audiopub.sources import Sources

    settings = Settings.read()
    origin = Sources(settings, sys.stdin.buffer.read)
    wishes = wanted(flags, datetime.now(VIETNAM))
    found = (Gathered(source=s, entry=Entry(url=s), page=origin.kept(s)) for s in sources) if kept else origin.gather(sources, wishes)
    read = reader(settings)
    results = [_result(gathered, read) for gathered in found]
    if json_:
        _as_json(results, explain=explain)
    for article, error, name in results:
        if article is not None and not json_:
            if len(results) > 1:
                click.echo(f"\n==> {name}")
            _show(article, explain=explain)
        if error is not None and len(results) > 1:
            click.echo(say("say.failed", source=name, reason=say(error.code, **error.details)), err=True)
    errors = [error for _, error, _ in results if error is not None]
    if len(errors) == len(results) == 1:
        raise errors[0]
    return 0 if not errors else PARTIAL if len(errors) < len(results) else errors[0].exit_code


def _as_json(results: list[tuple[Any, Any, str]], *, explain: bool) -> None:
    """Print one document: the article, or where there are several, all of them."""
    plain = [_plain(result, explain=explain) for result in results]
    if len(plain) != 1:
        as_json({"articles": plain})
    elif results[0][0] is not None:
        as_json(plain[0])


def _result(gathered: Any, read: Any) -> tuple[Any, Any, str]:
    """Give the article, what stands against it, and its name."""
    from audiopub.article import check
    from audiopub.errors import AudiopubError

    name = gathered.page.name if gathered.page else gathered.entry.url
    if gathered.error:
        return None, gathered.error, name
    article = None
    try:
        article = read(gathered.page)
        return check(article, name), None, name
    except AudiopubError as error:
        return article, error, name


def _plain(result: tuple[Any, Any, str], *, explain: bool) -> dict[str, Any]:
    article, error, name = result
    plain = document(article, explain=explain) if article is not None else {}
    return plain | {"source": name} | ({"code": error.code, "message": say(error.code, **error.details)} if error else {})


def document(article: Any, *, explain: bool = False) -> dict[str, Any]:
    """Give an article as plain values."""
    plain = {
        "title": article.title, "lead": article.lead, "author": article.author, "category": article.category,
        "published": article.published.isoformat() if article.published else None, "modified": article.modified.isoformat() if article.modified else None,
        "sections": [{"heading": section.heading, "paragraphs": list(section.paragraphs)} for section in article.sections],
        "captions": list(article.captions), "canonical_url": article.canonical_url, "next_page": article.next_page,
        "image_url": article.image_url, "image_credit": article.image_credit,
        "warnings": list(article.warnings), "provenance": list(article.provenance),
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
    }  # fmt: skip
    if explain:
        plain["blocks"] = [{"kind": block.kind, "rule": block.rule, "text": block.text} for block in article.blocks]
    return plain


def _show(article: Any, *, explain: bool) -> None:
    click.echo(f"# {article.title}")
    click.echo(" · ".join(filter(None, (article.author, article.published and f"{article.published:%d/%m/%Y %H:%M}", article.category, article.canonical_url))))
    if explain:
        click.echo(say("say.provenance", steps=", ".join(article.provenance)))
    for block in article.blocks:
        if explain:
            click.echo(f"{block.kind:<10} {block.rule:<24} {block.text}")
        elif block.kind == "heading":
            click.echo(f"\n## {block.text}")
        elif block.kind not in {"furniture", "byline", "caption", "timestamp", "table"}:
            click.echo(block.text)
    for warning in article.warnings:
        click.echo(say("say.warning", text=say(warning)), err=True)
