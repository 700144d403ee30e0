"""The token of a machine whose desk one person uses: a file that only its owner reads."""

import os
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from audiopub.adapters.files import writing
from audiopub.errors import ConfigInvalid


class DeskToken:
    """A secret in a file; taking the file away makes another, and what the old one opened is shut."""

    def __init__(self, path: Path, made: Callable[[], str]) -> None:
        """Name the file.

        Args:
            path: where it is kept.
            made: makes a new secret.
        """
        self.path, self._made = path, made

    def read(self) -> str:
        """Give the secret; it is made where there is none.

        Raises:
            ConfigInvalid: others may read the file, or it cannot be used.
        """
        with suppress(FileNotFoundError):
            return self._found()
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            aside = self.path.with_name(f".{self.path.name}-{os.getpid()}-{threading.get_ident()}")
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(self._made() + "\n")
            with suppress(FileExistsError):
                os.link(aside, self.path)  # whole, and of two who make one the first
            aside.unlink()
        return self._found()

    def _found(self) -> str:
        try:
            with self.path.open(encoding="ascii") as file:
                is_open = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
                secret = file.read(1000).strip()
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise ConfigInvalid("people.bad_token", path=self.path) from error
        if is_open or len(secret) < 32:  # noqa: PLR2004  nobody guesses that many
            raise ConfigInvalid("people.bad_token", path=self.path)
        return secret
