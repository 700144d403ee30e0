"""What rules about text share."""

import re

MARKUP = re.compile(r"<[^\s<>][^<>]{0,500}>")
"""What an app that reads titles as HTML takes for a tag."""

ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
"""What is left of text that was escaped twice."""

MOST_BYTES = 4000
"""Of a description. Source: Apple, Podcast RSS feed requirements."""

MOST_TITLE = 255
"""Characters. Source: PSP-1."""


def is_tidy(title: str) -> bool:
    """Tell whether a title is there, on one line, with no space around it."""
    return bool(title) and title == title.strip() and "\n" not in title and "\r" not in title
