"""What audiopub says: every key in both languages, every code that is raised known."""

import ast
import re
from pathlib import Path

import pytest

from audiopub.desk.model import DeskState
from audiopub.jobs import JobState, Queue
from audiopub.listening import Fault
from audiopub.listens import Fate
from audiopub.messages import LANGUAGES, catalog, message
from audiopub.pipeline import Outcome
from audiopub.publish.model import Act, State
from audiopub.vietnamese import Scope
from tests.conftest import ROOT

PLACEHOLDER = re.compile(r"\{(\w+)")
SOURCES = sorted((ROOT / "audiopub").rglob("*.py"))
RAISED = {
    "AudiopubError",
    "AudioSuspect",
    "SoundLost",
    "UtteranceSpoilt",
    "BadInput",
    "NotFound",
    "Outdated",
    "Forbidden",
    "NotSignedIn",
    "TooOften",
    "FetchFailed",
    "SpeechFailed",
    "EngineUnavailable",
    "EngineThrottled",
    "UtteranceRejected",
    "EngineUnknown",
    "FeedInvalid",
    "ConfigInvalid",
    "TryAgain",
}


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Find the calls in a module that take a message key, with the key."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED | {"mention", "message", "say"}):
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            found.append((node.args[0].value, node))
    return found


def test_catalogs_have_the_same_keys() -> None:
    """Every message exists in every language."""
    assert set(catalog("vi")) == set(catalog("en"))


@pytest.mark.parametrize("key", sorted(catalog("en")))
def test_translations_have_the_same_placeholders(key: str) -> None:
    """A translation leaves no detail out and names none that is not given."""
    assert sorted(PLACEHOLDER.findall(catalog("vi")[key])) == sorted(PLACEHOLDER.findall(catalog("en")[key]))


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_every_message_can_be_said(path: Path) -> None:
    """Every key in the code is in the catalogs, and its placeholders are given where it is used."""
    for key, call in calls(path):
        given = {keyword.arg for keyword in call.keywords}
        assert key in catalog("en"), f"{path}:{call.lineno}"
        if None not in given:
            assert set(PLACEHOLDER.findall(catalog("en")[key])) <= given, f"{path}:{call.lineno} {key}"


def test_no_message_is_left_over() -> None:
    """A key that nothing says is taken out of the catalogs."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES) + "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "audiopub").rglob("templates/**/*.html")
    )
    spoken = {key for key in catalog("en") if f'"{key}"' in code or f"'{key}'" in code or re.search(rf"say\([\"']{key.split('.')[1]}[\"']\)", code)}
    built = {key for key in catalog("en") if key.startswith("help.")} | {
        f"say.{stage}" for stage in ("extracting", "speaking", "measuring", "encoding", "publishing", "listening", "learning")
    }
    built |= {f"listen.{fault}" for fault in Fault} | {f"stats.{fate}" for fate in Fate}
    built |= {f"state.{state}" for state in ("listed", "new", "same", "failed", "refused")} | {f"rules.{state}" for state in ("passed", "failed", "absent")}
    built |= {f"state.{state}" for state in State} | {f"done.{act}" for act in Act} | {f"outcome.{outcome}" for outcome in Outcome}
    built |= {f"job.state_{state}" for state in JobState} | {f"job.queue_{queue}" for queue in Queue} | {"say.taking", "say.waiting"}
    built |= {f"outcome.{outcome}" for outcome in ("written", "done", "held", "failed", "cancelled", "parked", "twin", "queued", "proved")}
    built |= {key for key in catalog("en") if key.startswith("audit.") and f'"{key.removeprefix("audit.")}"' in code}
    built |= {f"desk_state.{state}" for state in DeskState} | {f"desk.scope_{scope}" for scope in Scope} | {f"desk.language_{language}" for language in LANGUAGES}
    built |= {f"desk.bulk_{act}{about}" for act in ("render", "publish", "withdraw") for about in ("", "_about")}
    assert set(catalog("en")) - spoken - built == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_speak_both_languages(language: str) -> None:
    """A sentence of an error names the thing it is about."""
    assert "a.txt" in message("source.empty", "vi" if language == "vi" else "en", source="a.txt")
