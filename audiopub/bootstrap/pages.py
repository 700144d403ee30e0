"""Pages: who fetches them, and in which process they are read."""

import atexit
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from audiopub.adapters.rule_files import own_rules
from audiopub.adapters.workers import ParsingWorkers
from audiopub.article import Article, from_record, whole
from audiopub.config import Settings
from audiopub.errors import ConfigInvalid
from audiopub.publish.feedcheck.web import Web
from audiopub.source import Fetcher, Page, PageForm


@cache
def worker(rules: Path) -> ParsingWorkers:
    """Give the processes in which pages are parsed; they start with the first page and end with the program.

    Args:
        rules: folder of the newsroom's own site rules.

    Raises:
        ConfigInvalid: one of the rules cannot be used.
    """
    own_rules(rules)  # said here, in words, rather than by a process that does not start
    found = ParsingWorkers(rules)
    _PARSING.append(found)
    return found


_PARSING: list[ParsingWorkers] = []


@atexit.register
def end_parsing() -> None:
    """End all processes that parse; later pages start new ones."""
    for found in _PARSING:
        found.close()


def fetcher(settings: Settings) -> Fetcher:
    """Make the fetcher for pages that a person asks for."""
    from audiopub.adapters.http import GuardedFetcher

    return GuardedFetcher(settings.allow_hosts)


def web(settings: Settings) -> Web:
    """Make what asks the server of a feed; the same guard as for pages."""
    from audiopub.adapters.http import GuardedFetcher

    return GuardedFetcher(settings.allow_hosts)


def reader(settings: Settings) -> Callable[[Page], Article]:
    """Give what finds the article in a page: in a process of its own, and followed over all its pages."""
    parser = worker(settings.rules.resolve())

    def read(page: Page) -> Article:
        if page.form is PageForm.ARTICLE:
            return _recorded(page)
        article = parser.article(page)
        if article.next_page is None or page.url is None:
            return article
        pages = fetcher(settings)
        return whole(article, page.url, lambda address: parser.article(pages.fetch(address)))

    return read


def _recorded(page: Page) -> Article:
    """Give the article that a person went over; we wrote its record ourselves."""
    try:
        return from_record(json.loads(page.body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid("config.bad_record", path=page.name, reason=str(error)) from error
