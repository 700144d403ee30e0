"""Which app a user agent is, and which are no listeners."""

import re
from functools import cache, lru_cache
from importlib.resources import files

from crawleruseragents import is_crawler

_CRAWLERS = "crawlers"
_LONGEST = 512
"""Characters that are looked at: longer user agents are not written by apps, and patterns cost by length."""


@lru_cache(maxsize=8192)
def app_of(agent: str) -> str | None:
    """Name the app of a user agent; None for a bot, a monitor, a script, or one that names itself not at all.

    ``browser``, ``apple_device`` (the player that many apps of Apple's devices use) and ``other`` are no app's name.

    The rows of ``agents.tsv`` are tried in their order. One of them stands for the list of crawler-user-agents, which comes after the podcast
    apps since it takes some of them for crawlers, and before the browsers since many crawlers say that they are one.

    >>> app_of("AntennaPod/3.4.0"), app_of("Overcast/3.0 (+http://overcast.fm/; iOS podcast app)"), app_of("curl/8.5.0"), app_of("Nghe/1.0")
    ('AntennaPod', 'Overcast', None, 'other')
    """
    agent = agent.strip()[:_LONGEST]
    if not agent:
        return None
    for kind, name, pattern in _rows():
        if kind == _CRAWLERS:
            if is_crawler(agent):
                return None
        elif pattern.search(agent):
            return name if kind == "app" else None
    return "other"


@cache
def _rows() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    lines = files(__package__).joinpath("agents.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((kind, name, re.compile(pattern)) for kind, name, pattern, _ in rows)
