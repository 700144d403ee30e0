"""Passwords: which are good enough, and how they are kept."""

import threading
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from audiopub.errors import BadInput, TryAgain

_SHORTEST, _LONGEST, _WORDS, _LETTERS = 12, 1000, 4, 5
_AT_ONCE = 2
_PATIENCE = 20.0


def check_wish(password: str, name: str) -> None:
    """See that a password may be taken: 12 characters, or four different words; not the person's name, and not the same few letters.

    Raises:
        BadInput: it may not.
    """
    text = _normal(password)
    words = {word for word in text.casefold().split() if len(word) > 1}
    is_named = len(name) >= _LETTERS and name in text.casefold()
    if len(text) > _LONGEST or is_named or (len(text) < _SHORTEST and len(words) < _WORDS) or len(set(text)) < _LETTERS:
        raise BadInput("people.weak_password", shortest=_SHORTEST, words=_WORDS)


class Passwords:
    """Hashes passwords by argon2. Threads may share it."""

    def __init__(self, hasher: PasswordHasher | None = None, at_once: int = _AT_ONCE) -> None:
        """Take the parameters.

        Args:
            hasher: with the library's own parameters where it is None.
            at_once: how many are reckoned at a time; each takes 64 MB, so that many who try would fill the machine.
        """
        self._hasher = hasher or PasswordHasher()
        self._room = threading.BoundedSemaphore(at_once)

    def hashed(self, password: str) -> str:
        """Give what is kept of a password."""
        return self._hasher.hash(_normal(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one of which this was kept; None, of somebody who is not known, takes as long.

        Raises:
            TryAgain: too many try at once.
        """
        if not self._room.acquire(timeout=_PATIENCE):
            raise TryAgain("people.busy")
        try:
            nobody = self._nobody
            return self._is_right(password, nobody if kept is None else kept) and kept is not None
        finally:
            self._room.release()

    def is_outdated(self, kept: str) -> bool:
        """Tell whether it was hashed with other parameters than are usual now."""
        return self._hasher.check_needs_rehash(kept)

    def _is_right(self, password: str, kept: str) -> bool:
        try:
            return len(password) <= _LONGEST and self._hasher.verify(kept, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    """Give one form of what keyboards for Vietnamese write in two."""
    return unicodedata.normalize("NFC", password)
