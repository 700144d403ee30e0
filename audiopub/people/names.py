"""How people and keys may be called."""

import re
import unicodedata

from audiopub.errors import BadInput

SOLE = "desk"
"""Who acts where there are no accounts; no account is called so."""

_PERSON = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")
_LONGEST = 100


def person_name(text: str) -> str:
    """Give the name of an account as it is kept: names that differ only in capitals are one.

    >>> person_name(" Lan.Anh@bao.vn ")
    'lan.anh@bao.vn'

    Raises:
        BadInput: nobody may be called so.
    """
    name = unicodedata.normalize("NFC", text).strip().lower()
    if not is_person(name):
        raise BadInput("people.bad_name", name=text[:_LONGEST])
    return name


def is_person(name: str) -> bool:
    """Tell the name of an account from other names in records, such as that of a key or of the command line."""
    return name != SOLE and _PERSON.fullmatch(name) is not None


def key_name(text: str) -> str:
    """Give what a key is called, which is for people only.

    Raises:
        BadInput: it is empty, too long, or has characters that cannot be seen.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise BadInput("people.bad_key_name")
    return name
