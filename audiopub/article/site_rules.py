"""Site rules: where the pages of one content system keep their parts. Data, never code.

A rule helps; it never decides alone. Each field that it does not find is found by the heuristics, and a body that is
not where the finders see the text is a rule gone stale: the finders win, and the article says so.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, get_type_hints

from audiopub.errors import ConfigInvalid
from audiopub.source.address import host_of

_LISTS = ("title", "lead", "author", "published", "category", "body", "strip", "caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """Selectors of one layout that a site had from some day on. Each is a list, the first that finds text counts.

    A selector is CSS; ``selector@attribute`` reads an attribute instead of the text.
    """

    since: date | None = None
    """First day of the layout; None for the earliest."""

    title: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    """Elements in the body that are not the article's."""

    caption: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """What one page must give by a rule."""

    page: str
    """Name of a file beside the rule, or an address."""

    title: str = ""
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    headings: int | None = None
    paragraphs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """The rule of one content system or one newspaper."""

    name: str
    hosts: tuple[str, ...] = ()
    """Newspapers that use it; a host's sub-domains count with it."""

    fingerprint: tuple[str, ...] = ()
    """Pieces of markup, all of which a page of an unknown host must have."""

    layouts: tuple[Layouts, ...] = ()
    """Newest first."""

    tests: tuple[RuleTest, ...] = ()

    def layouts_at(self, day: date | None) -> tuple[Layouts, ...]:
        """Give the layouts in the order in which they are worth trying for a page of a day; all of them without one."""
        if day is None:
            return self.layouts
        return tuple(sorted(self.layouts, key=lambda layout: bool(layout.since and layout.since > day)))


@dataclass(frozen=True, slots=True)
class SiteRules:
    """All rules that are known; the newsroom's own come before those that are shipped."""

    rules: tuple[SiteRule, ...] = ()
    _by_host: dict[str, SiteRule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_host", {host: rule for rule in reversed(self.rules) for host in rule.hosts})

    def for_page(self, address: str | None, markup: str) -> SiteRule | None:
        """Find the rule for a page: by its host, else by its fingerprint; None for an unknown site."""
        host = host_of(address or "")
        while host:
            if host in self._by_host:
                return self._by_host[host]
            host = host.partition(".")[2]
        return next((rule for rule in self.rules if rule.fingerprint and all(piece in markup for piece in rule.fingerprint)), None)


def parsed_rule(text: str, name: str, where: str = "") -> SiteRule:
    """Read one rule file.

    Args:
        text: TOML.
        name: what the rule is called.
        where: its file, for errors; made from its name where none is given.

    Raises:
        ConfigInvalid: no TOML, or a key that is not known.
    """
    where = where or f"{name}.toml"
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid("config.bad_toml", path=where, reason=str(error)) from error
    known = _checked(raw, {"hosts", "fingerprint", "layout", "test"}, where)
    layouts = tuple(_layout(entry, where) for entry in known.get("layout", []))
    tests = tuple(_test(entry, where) for entry in known.get("test", []))
    newest_first = tuple(sorted(layouts, key=lambda layout: layout.since or date.min, reverse=True))
    return SiteRule(name=name, hosts=_texts(known, "hosts", where), fingerprint=_texts(known, "fingerprint", where), layouts=newest_first, tests=tests)


def _layout(entry: dict[str, Any], where: str) -> Layouts:
    known = _checked(entry, set(get_type_hints(Layouts)), where)
    since = known.get("since")
    if since is not None and not isinstance(since, date):
        raise ConfigInvalid("config.bad_value", path=where, key="layout.since", value=since, reason="a date such as 2021-06-01")
    return Layouts(since=since, **{key: _texts(known, key, where) for key in _LISTS})


def _test(entry: dict[str, Any], where: str) -> RuleTest:
    known = _checked(entry, set(get_type_hints(RuleTest)), where)
    if not isinstance(known.get("page"), str):
        raise ConfigInvalid("config.missing_key", path=where, key="test.page", hint="the page that is tested")
    return RuleTest(
        page=known["page"], title=str(known.get("title", "")),
        must_contain=_texts(known, "must_contain", where), must_not_contain=_texts(known, "must_not_contain", where),
        headings=_count(known, "headings", where), paragraphs=_count(known, "paragraphs", where),
    )  # fmt: skip


def _count(entry: dict[str, Any], key: str, where: str) -> int | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, int):
        raise ConfigInvalid("config.bad_value", path=where, key=f"test.{key}", value=value, reason="a whole number")
    return value


def _checked(entry: object, known: set[str], where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise ConfigInvalid("config.bad_value", path=where, key="layout", value=entry, reason="a table")
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ConfigInvalid("config.unknown_key", path=where, key=unknown[0], nearest=", ".join(sorted(known)))
    return entry


def _texts(entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ConfigInvalid("config.bad_value", path=where, key=key, value=value, reason="a list of texts")
    return tuple(value)


@cache
def shipped() -> SiteRules:
    """Give the rules that come with audiopub."""
    return SiteRules(tuple(shipped_rules()))


def shipped_rules() -> Iterable[SiteRule]:
    """Read the rule files that come with audiopub, by name."""
    folder = resources.files("audiopub.article") / "sites"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            yield parsed_rule(entry.read_text(encoding="utf-8"), entry.name.removesuffix(".toml"))
