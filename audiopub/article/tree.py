"""A page's text to a tree of elements that hold text people see."""

import re

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString, PreformattedString

from audiopub.errors import BadInput

LARGEST_MARKUP = 10_000_000
"""Characters. The largest newspaper page this was written against has 476 kB; parsing is linear but not cheap."""

_MOST_TAGS = 60_000
_DROPPED = ("script", "style", "noscript", "template", "nav", "button", "iframe", "svg", "input", "select", "textarea", "object", "audio",
            "video", "amp-ad", "amp-sidebar", "amp-social-share", "amp-list", "dialog")  # fmt: skip
_LONGEST_FORM = 600
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parsed(markup: str, name: str) -> BeautifulSoup:
    """Parse markup that is already decoded.

    Args:
        markup: the page; what it says of its own encoding is ignored.
        name: what to call the source in an error.

    Raises:
        BadInput: larger than any article's page is.
    """
    if len(markup) > LARGEST_MARKUP or markup.count("<") > 2 * _MOST_TAGS:
        raise BadInput("article.too_large", source=name)
    return BeautifulSoup(markup, "lxml")


def strip_machinery(soup: BeautifulSoup) -> None:
    """Take out of a tree what is never text of the article: scripts, forms, comments, hidden elements."""
    for node in soup.find_all(string=lambda text: isinstance(text, Comment | PreformattedString)):
        node.extract()
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for form in soup.find_all("form"):
        # Old ASP.NET pages stand in one form as a whole; forms of readers' comments are short.
        if len(form.get_text(" ", strip=True)) > _LONGEST_FORM:
            form.unwrap()
        else:
            form.decompose()
    for tag in soup.find_all(lambda t: t.has_attr("hidden") or bool(_HIDDEN.search(str(t.get("style") or "")))):
        if not tag.decomposed:
            tag.decompose()


def split_at_breaks(soup: BeautifulSoup) -> None:
    """Make a paragraph of every run of text between ``<br>`` tags, so that every finder sees paragraphs."""
    for parent in {id(br.parent): br.parent for br in soup.find_all("br") if br.parent is not None}.values():
        children = list(parent.children)
        run: list[Tag | NavigableString] = []
        rebuilt: list[list[Tag | NavigableString] | Tag | NavigableString] = []
        for child in children:
            if isinstance(child, Tag) and (child.name == "br" or child.name in BLOCK_TAGS):
                rebuilt.append(run)
                run = []
                if child.name != "br":
                    rebuilt.append(child)
            elif isinstance(child, Tag | NavigableString):
                run.append(child)
        rebuilt.append(run)
        parent.clear()
        for piece in rebuilt:
            if isinstance(piece, list):
                if any(str(node).strip() for node in piece):
                    wrapper = soup.new_tag("p")
                    wrapper.extend(piece)
                    parent.append(wrapper)
            else:
                parent.append(piece)


BLOCK_TAGS = frozenset(
    """p div h1 h2 h3 h4 h5 h6 li td th tr table tbody thead section article main aside header footer figure figcaption blockquote
    ul ol dl dt dd pre center address hr body fieldset details summary caption""".split()
)
"""Elements that begin and end a block of text."""
