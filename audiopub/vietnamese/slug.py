"""ASCII names for files and addresses, made from Vietnamese titles."""

import re

from audiopub.vietnamese.letters import bare

_LONGEST = 60


def slug(title: str, longest: int = _LONGEST) -> str:
    """Make a title into small ASCII letters, digits and hyphens, cut at a word.

    An empty string comes back where nothing of the title is left (an emoji, another script): a slug is
    decoration and never an identity.

    >>> slug("Đảng bộ & thành phố Thái Nguyên đổi mới")
    'dang-bo-thanh-pho-thai-nguyen-doi-moi'
    """
    words = re.findall(r"[a-z0-9]+", bare(title).encode("ascii", "ignore").decode().lower())
    name = ""
    for word in words:
        if name and len(name) + 1 + len(word) > longest:
            break
        name = f"{name}-{word}" if name else word[:longest]
    return name
