"""Secrets that programs and browsers show: made of chance, kept as hashes only."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

Chance = Callable[[int], bytes]
"""Gives a number of bytes that nobody can guess."""

_BYTES = 32
_KEY = re.compile(r"apk_([0-9a-f]{12})_([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key as it is shown once."""

    id: str
    text: str = field(repr=False)
    """``apk_ID_SECRET``; it is kept nowhere."""

    hash: str


def new_token(chance: Chance = secrets.token_bytes) -> str:
    """Make what a browser shows to be known again."""
    return chance(_BYTES).hex()


def hash_of(secret: str) -> str:
    """Give what is kept of a secret that has 32 bytes of chance; a password, which has fewer, is hashed by ``passwords``."""
    return sha256(secret.encode()).hexdigest()


def is_same(shown: str, kept: str) -> bool:
    """Compare in a time that tells nothing of how much is right."""
    return compare_digest(shown.encode(), kept.encode())


def new_key(chance: Chance = secrets.token_bytes) -> NewKey:
    """Make a key of a program."""
    key_id, secret = chance(6).hex(), chance(_BYTES).hex()
    return NewKey(id=key_id, text=f"apk_{key_id}_{secret}", hash=hash_of(secret))


def parts_of_key(text: str) -> tuple[str, str] | None:
    """Take a key apart: its id, and the hash of its secret; None for what is no key.

    >>> parts_of_key("apk_0123_x") is None
    True
    """
    found = _KEY.fullmatch(text)
    return (found[1], hash_of(found[2])) if found else None
