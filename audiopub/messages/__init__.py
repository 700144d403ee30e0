"""What audiopub says to people, in Vietnamese and English, looked up by a stable key.

The catalogs are TOML files beside this module, one a language. A key such as
``source.not_found`` is also the error's machine-readable code, so it is never translated
and never renamed.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["vi", "en"]
"""The languages audiopub speaks to its users."""

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalog(language: Language) -> dict[str, str]:
    """Read one language's catalog as a flat mapping of dotted key to template."""
    raw = tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": template for group, entries in raw.items() for name, template in entries.items()}


def message(key: str, language: Language, /, **details: object) -> str:
    """Say the message of a key.

    Args:
        key: dotted, as in the catalogs.
        language: "vi" or "en".
        **details: what the template's placeholders stand for.

    Raises:
        KeyError: no such key, or a placeholder without a detail: a bug, not a user's mistake.

    >>> message("source.empty", "en", source="a.txt")
    'a.txt is empty: give a file that holds an article.'
    """
    return catalog(language)[key].format_map(details)
