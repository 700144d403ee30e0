"""A page's text to a tree, and which of its elements never hold text of an article."""

import re

from bs4 import BeautifulSoup, Tag

from audiopub.errors import BadInput

LARGEST_MARKUP = 10_000_000
"""Characters. The largest newspaper page this was written against has 476 kB; parsing is linear but not cheap."""

_MOST_TAGS = 120_000
"""Beginnings and ends of elements together."""

_MOST_SIGNS = 250_000
"""Signs that may begin an element or a character's name, whether they do or not: a parser hands each of them over on its own."""

_DEEPEST = 600
"""Elements inside one another. The deepest newspaper page measured has 38; libxml2 loses text without a word far beyond this."""

_DROPPED = frozenset("""script style noscript template button iframe svg input select textarea object audio amp-ad amp-sidebar head title
    amp-social-share amp-list amp-iframe amp-analytics dialog map canvas""".split())  # fmt: skip
_LONGEST_FORM = 600
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,}", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|hidden|d-none|print-only|only-print)(?:$|\s)", re.IGNORECASE)
_SHOWN_CLASS = re.compile(
    r"(?:^|\s)(?:(?:xs|sm|md|lg|xl|2xl):(?:block|flex|grid|inline\S*|table)|d-(?:sm|md|lg|xl)-(?:block|flex|inline\S*|grid))(?:$|\s)", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr amp-img".split())
_ENDS_BY_ITSELF = frozenset("p li td th tr dt dd option thead tbody tfoot colgroup".split())
"""Elements whose end may be left out: another one of them ends them, so they do not pile up."""


def parsed(markup: str, name: str) -> BeautifulSoup:
    """Parse markup that is already decoded.

    Args:
        markup: the page; what it says of its own encoding is ignored.
        name: what to call the source in an error.

    Raises:
        BadInput: larger, or nested deeper, than any article's page is.
    """
    _bounded(markup, name)
    return BeautifulSoup(markup, "lxml")


def _bounded(markup: str, name: str) -> None:
    """Refuse what would take a parser long, or make it lose text, in one pass over the markup."""
    if len(markup) > LARGEST_MARKUP or markup.count("<") + markup.count("&") > _MOST_SIGNS:
        raise BadInput("article.too_large", source=name)
    depth = 0
    for count, match in enumerate(_TAG.finditer(markup)):
        element = match[2].lower()
        if element not in _VOID and element not in _ENDS_BY_ITSELF:
            depth = max(0, depth + (-1 if match[1] else 1))
        if count > _MOST_TAGS or depth > _DEEPEST:
            raise BadInput("article.too_large", source=name)


def is_machinery(tag: Tag) -> bool:
    """Tell whether an element is a script, a form, a frame or the like, and never text."""
    if tag.name in _DROPPED:
        return True
    # Old ASP.NET pages stand in one form as a whole; forms of readers' comments are short.
    return tag.name == "form" and len(tag.get_text(" ", strip=True)) <= _LONGEST_FORM


def is_hidden(tag: Tag) -> bool:
    """Tell whether the markup says that nobody sees an element."""
    attributes = tag.attrs
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(str(style)):
        return True
    classes = attributes.get("class")
    if not classes:
        return False
    joined = classes if isinstance(classes, str) else " ".join(classes)
    return bool(_HIDDEN_CLASS.search(joined)) and not _SHOWN_CLASS.search(joined)
