"""The table of rules: severity, source, sentences in both languages, and what each app does where a rule is broken.

It is data: a TOML file for each subject, and one for what apps do. A rule of the code without an entry here, or an
entry without a rule, fails a test.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from audiopub.messages import Language
from audiopub.publish.feedcheck.model import App, Severity

SUBJECTS = ("document", "channel", "item", "enclosure", "identity", "notes", "files", "served", "media", "paging")
"""Files of the table, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an app does."""

    harmful: bool
    """Whether a listener or the publisher loses by it."""

    texts: Mapping[Language, str]

    def said(self, language: Language, found: str) -> str:
        """Say it, with what was found in place of ``{found}``."""
        return self.texts[language].replace("{found}", found)


@dataclass(frozen=True, slots=True)
class Does:
    """What one app does where a rule is broken, and who says so."""

    effect: Effect
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one rule."""

    name: str
    severity: Severity
    source: str
    wrong: Mapping[Language, str]
    """A sentence with ``{found}`` in it where there is something to show."""

    right: Mapping[Language, str]
    does: Mapping[App, Does]
    """Apps that are not here: what they do is not known."""


@cache
def table() -> Mapping[str, Entry]:
    """Read the whole table, in its order.

    >>> table()["item.date_zone"].does[App.GPODDER].effect.said("en", "")
    'reads the time as UTC: seven hours late for Vietnam'
    """
    effects = {name: Effect(raw.get("harmful", True), {"en": raw["en"], "vi": raw["vi"]}) for name, raw in _read("effects").items()}
    sources = {name: str(source) for name, source in _read("sources").items()}
    return {name: _entry(name, raw, effects, sources) for subject in SUBJECTS for name, raw in _read(subject).items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("table", f"{name}.toml").read_text(encoding="utf-8"))


def _entry(name: str, raw: Mapping[str, Any], effects: Mapping[str, Effect], sources: Mapping[str, str]) -> Entry:
    does = {App(app): Does(effects[effect], _source(source, sources)) for app, (effect, source) in raw.get("does", {}).items()}
    return Entry(
        name=name, severity=Severity(raw["severity"]), source=_source(raw["source"], sources), wrong={"en": raw["wrong"]["en"], "vi": raw["wrong"]["vi"]},
        right={"en": raw["right"]["en"], "vi": raw["right"]["vi"]}, does=does,
    )  # fmt: skip


def _source(text: str, sources: Mapping[str, str]) -> str:
    """Write out the sources that are named by a short name; others stand as they are."""
    return "; ".join(sources.get(part.strip(), part.strip()) for part in text.split(";"))
