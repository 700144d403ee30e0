"""``audiopub rules``: list, test and begin site rules."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from audiopub.cli.face import Command, Group, as_json, option, say
from audiopub.errors import AudiopubError, BadInput

rules = Group("rules", help="help.rules")


@rules.command("list", cls=Command, help="help.rules_list")
@option("--json", "json_", is_flag=True, help="help.json")
def show_all(*, json_: bool) -> None:
    """Show every rule that counts, the newsroom's own first."""
    from audiopub.adapters.rule_files import all_rules
    from audiopub.config import Settings

    found = all_rules(Settings.read().rules).rules
    if json_:
        as_json([{"name": rule.name, "hosts": rule.hosts, "fingerprint": rule.fingerprint, "layouts": len(rule.layouts), "tests": len(rule.tests)} for rule in found])
        return
    for rule in found:
        click.echo(f"{rule.name:<20} {', '.join(rule.hosts) or ' + '.join(rule.fingerprint)}")


@rules.command("test", cls=Command, help="help.rules_test")
@click.argument("names", nargs=-1)
@option("--pages", type=click.Path(path_type=Path), help="help.pages")
@option("--json", "json_", is_flag=True, help="help.json")
def test(names: tuple[str, ...], *, pages: Path | None, json_: bool) -> None:
    """Run the tests of rules, all of them where none is named; a failed one is exit code 3."""
    from audiopub.adapters.rule_files import all_rules
    from audiopub.config import Settings

    settings = Settings.read()
    found = [rule for rule in all_rules(settings.rules).rules if not names or rule.name in names]
    unknown = sorted(set(names) - {rule.name for rule in found})
    if unknown:
        raise BadInput("rules.unknown", name=unknown[0])
    rows = [row for rule in found for row in _tested(rule, pages, settings)]
    if json_:
        as_json(rows)
    else:
        for row in rows:
            click.echo(f"{say('rules.' + row['state']):<10} {row['rule']}: {row['page']}" + "".join(f"\n{'':<11}{fault}" for fault in row["faults"]))
    failed = sum(row["state"] == "failed" for row in rows)
    if failed:
        raise BadInput("rules.tests_failed", count=failed)
    if not any(row["state"] == "passed" for row in rows):
        raise BadInput("rules.no_tests")


def _tested(rule: Any, pages: Path | None, settings: Any) -> Iterator[dict[str, Any]]:
    from audiopub.bootstrap import worker
    from audiopub.source.address import is_web
    from audiopub.sources import Sources

    origin, parser = Sources(settings, bytes), worker(settings.rules.resolve())
    for case in rule.tests:
        row: dict[str, Any] = {"rule": rule.name, "page": case.page, "faults": []}
        place = case.page if is_web(case.page) else _place(case.page, pages, settings.rules)
        if place is None:
            yield row | {"state": "absent"}
            continue
        try:
            page = origin.page(place)
            # A saved page often does not say whose it is; the rule that is tested does.
            page = page if page.url or not rule.hosts else replace(page, url=f"https://{rule.hosts[0]}/")
            faults = list(_faults(case, rule, parser.article(page)))
        except AudiopubError as error:
            faults = [say(error.code, **error.details)]
        yield row | {"state": "failed" if faults else "passed", "faults": faults}


def _place(page: str, pages: Path | None, beside: Path) -> str | None:
    """Find the file of a test page: in the folder that was named, beside the rule, or from here."""
    folders = [pages] if pages else [beside, Path()]
    return next((str(folder / page) for folder in folders if (folder / page).is_file()), None)


def _faults(case: Any, rule: Any, article: Any) -> Iterator[str]:
    paragraphs = [paragraph for section in article.sections for paragraph in section.paragraphs]
    headings = [section.heading for section in article.sections if section.heading]
    body = "\n".join([article.lead or "", *headings, *paragraphs, *article.captions])
    if f"rule:{rule.name}" not in article.provenance:
        yield say("rules.not_used", name=rule.name)
    for step in article.provenance:
        if step.startswith("stale:"):
            yield say("rules.stale", field=step.removeprefix("stale:"))
    if case.title and case.title != article.title:
        yield say("rules.title", wanted=case.title, found=article.title)
    yield from (say("rules.lacks", text=text) for text in case.must_contain if text not in body)
    yield from (say("rules.leaks", text=text) for text in case.must_not_contain if text in body)
    for wanted, found, name in ((case.headings, len(headings), "headings"), (case.paragraphs, len(paragraphs), "paragraphs")):
        if wanted is not None and wanted != found:
            yield say("rules.count", name=name, wanted=wanted, found=found)


@rules.command("new", cls=Command, help="help.rules_new")
@click.argument("host")
@click.argument("source")
@option("--dry-run", is_flag=True, help="help.rules_dry_run")
def new(host: str, source: str, *, dry_run: bool) -> None:
    """Propose a rule for a host from one of its pages; an existing file is never written over."""
    from audiopub.adapters.files import write_whole
    from audiopub.bootstrap import worker
    from audiopub.config import Settings
    from audiopub.errors import ConfigInvalid
    from audiopub.source.address import host_of
    from audiopub.sources import Sources

    settings = Settings.read()
    page = Sources(settings, bytes).page(source)
    name = host_of(f"https://{host}/") or host
    text = worker(settings.rules.resolve()).rule(name, page)
    if dry_run:
        click.echo(text, nl=False)
        return
    path = settings.rules / f"{name}.toml"
    if path.exists():
        raise ConfigInvalid("config.exists", path=path)
    write_whole(path, text.encode())
    click.echo(say("rules.written", path=path))
