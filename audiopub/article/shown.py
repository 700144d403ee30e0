"""A page as people may look at it: its words and their structure, and nothing that a browser would run, fetch or follow."""

import nh3

from audiopub.article.extract import text_of
from audiopub.source import Page, PageForm

_TAGS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 div section article header footer main aside nav ul ol li dl dt dd blockquote figure figcaption table thead tbody tr th td "
    "strong b em i u sup sub span pre time".split()
)
_WITH_CONTENT = frozenset("script style template noscript iframe object embed svg math head title textarea select button audio video canvas".split())
"""Elements that go with all that is in them."""


def shown(page: Page) -> str:
    """Give a page's HTML without scripts, addresses, pictures, styles or attributes of any kind.

    Deep nesting costs seconds, so this is for a process with limits.

    >>> from audiopub.source import PageForm
    >>> body = '<p onclick="x()">Chợ <script>x()</script><img src=x onerror=x()><a href="javascript:x()">phiên</a></p>'
    >>> shown(Page(body=body.encode(), name="-", identity="-", form=PageForm.HTML))
    '<p>Chợ phiên</p>'
    """
    text = text_of(page)[0]
    if page.form is PageForm.TEXT:
        return "".join(f"<p>{nh3.clean_text(line)}</p>" for line in text.splitlines() if line.strip())
    return nh3.clean(text, tags=set(_TAGS), attributes={}, clean_content_tags=set(_WITH_CONTENT), link_rel=None)
