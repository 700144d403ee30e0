"""Secrets and long texts taken out of what is logged: by name, by form, and by the very values that this process was given."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

_HIDDEN = "***"
_LONGEST = 300
"""Characters of one value; an address fits, a paragraph does not."""

_LOOKED_AT = 8 * _LONGEST
_DEEPEST = 4
_MOST = 50
"""Entries of one mapping or list."""

_SHORTEST = 6
"""Characters from which on a value is a secret that can be looked for; a shorter one would hide half of every line."""

_SECRET_NAME = re.compile(
    r"pass(?:word|wd|phrase)?$|secret|token|credential|authori[sz]ation|cookie|(?:api|access|private)_?key|signature|dsn$|ping_?url$|^AWS_", re.IGNORECASE
)  # fmt: skip
_TEXT_NAMES = frozenset({"text", "body", "html", "markup", "page", "article", "script", "spoken", "written", "utterance", "lead", "paragraph"})
"""Fields that hold what an article says, of which only the length is told."""

_FORMS = (
    (re.compile(r"(?<=://)([^\s/?#@:]*):[^\s/?#@]+@"), r"\1:***@"),  # name and password of an address; the password may hold a colon
    (re.compile(r"\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE), r"\1 ***"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), _HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), _HIDDEN),  # a JSON web token
    (re.compile(r"""((?:pass(?:word|wd|phrase)?|secret|token|(?:api|access)[_-]?key|signature|sig|credential|AWS_\w+|X-Amz-\w+)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+""",
                re.IGNORECASE), rf"\1{_HIDDEN}"),
    (re.compile(r"(hc-ping\.com|/ping)/[\w-]{8,}"), rf"\1/{_HIDDEN}"),
)  # fmt: skip


class Masker:
    """Takes secrets and long texts out of values."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Learn the secrets that this process was given.

        Args:
            environment: its variables; those with a secret's name, and passwords in addresses, are hidden wherever they turn up.
        """
        # Longest first: a secret that holds another is hidden whole.
        self._secrets = sorted({secret for secret in _secrets(environment) if len(secret) >= _SHORTEST}, key=len, reverse=True)

    def text(self, value: str) -> str:
        """Give a text without secrets, cut to what a line may hold."""
        cut = value[:_LOOKED_AT]
        for secret in self._secrets:
            cut = cut.replace(secret, _HIDDEN)
        for form, instead in _FORMS:
            cut = form.sub(instead, cut)
        return cut if len(cut) <= _LONGEST and len(value) <= _LOOKED_AT else f"{cut[:_LONGEST]}… ({len(value)})"

    def value(self, value: object, name: str = "", depth: int = 0) -> object:
        """Give a value as JSON has it, without secrets.

        Args:
            value: anything at all.
            name: under which it is logged.
            depth: of what it stands in.
        """
        if _SECRET_NAME.search(name):
            return _HIDDEN
        if isinstance(value, bool | int | float | None):
            return value if value == value and value not in (float("inf"), float("-inf")) else str(value)  # noqa: PLR0124  JSON has neither NaN nor infinities
        if depth >= _DEEPEST:
            return "…"
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(item, str(key), depth + 1) for key, item in list(value.items())[:_MOST]}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item, name, depth + 1) for item in list(value)[:_MOST]]
        said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        return f"({len(said)})" if name.lower() in _TEXT_NAMES else self.text(said)


def _secrets(environment: Mapping[str, str]) -> Iterable[str]:
    for name, value in environment.items():
        if _SECRET_NAME.search(name):
            yield value
        password = _password(value)
        if password:
            yield from (password, unquote(password))


def _password(value: str) -> str | None:
    try:
        return urlsplit(value).password if "://" in value else None
    except ValueError:
        return None
