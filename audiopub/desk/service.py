"""The editors' desk: one object that every face asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from audiopub.article import BlockKind
from audiopub.config import Settings
from audiopub.desk.model import AuditLine, Check, Impact, Listing, Preview, Progress, Sentence, SentenceChange, View
from audiopub.editing import Manner
from audiopub.people import Actor
from audiopub.vietnamese import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An article that comes to the desk: by address, or with its words."""

    show: str
    url: str = ""
    body: bytes = b""
    """HTML or plain text; which, is found out."""

    is_html: bool | None = None
    """None to find out."""

    title: str = ""
    source_id: str = ""
    accept: frozenset[str] = frozenset()


class EditorsDesk:
    """All that is done at the desk. Threads may share it. Who does it comes first; what is not allowed raises ``Forbidden``."""

    def __init__(self, settings: Settings) -> None:
        """Open the desk of an installation."""

    # What is there
    def shows(self) -> tuple[tuple[str, str], ...]:
        """Give slug and title of every show."""
        raise NotImplementedError

    def listing(self, actor: Actor, *, show: str = "", search: str = "", states: Sequence[str] = (), cursor: str = "", limit: int = 50) -> Listing:
        """List articles, newest first."""
        raise NotImplementedError

    def view(self, actor: Actor, name: str) -> View:
        """Give everything of one article. Raises NotFound."""
        raise NotImplementedError

    def script(self, actor: Actor, name: str) -> tuple[Sentence, ...]:
        """Give the draft's sentences, printed and said, with their times in the proof."""
        raise NotImplementedError

    def changes(self, actor: Actor, name: str) -> tuple[SentenceChange, ...]:
        """Give the sentences in which the draft differs from what is published."""
        raise NotImplementedError

    def checks(self, actor: Actor, name: str) -> tuple[Check, ...]:
        """Go through what has to be right before publishing."""
        raise NotImplementedError

    def picked(self, actor: Actor, show: str) -> tuple[tuple[str, str, str], ...]:
        """Give address, title and state of what the show's sources list now."""

    # Drafts
    def submit(self, actor: Actor, submission: Submission) -> tuple[View, bool]:
        """Take an article to the desk; tell whether it is new. The same one again is found; a changed one is taken over, or offered where a person edited it."""
        raise NotImplementedError

    def open_draft(self, actor: Actor, name: str) -> View:
        """Take a published episode to the desk, to correct it."""
        raise NotImplementedError

    def edit(self, actor: Actor, name: str, act: str, values: Mapping[str, Any], *, version: int | None) -> View:
        """Change a draft: ``include``, ``rekind``, ``rewrite``, ``split``, ``merge``, ``retitle``, ``manner``, ``day``; raises Outdated with ``present`` and ``yours``."""
        raise NotImplementedError

    def undo(self, actor: Actor, name: str, *, version: int) -> View:
        """Bring back how a draft was before its last change."""
        raise NotImplementedError

    def take_waiting(self, actor: Actor, name: str, *, version: int) -> View:
        """Let the newer page replace the draft's text."""
        raise NotImplementedError

    def discard(self, actor: Actor, name: str) -> None:
        """Take a draft off the desk; what is published stays."""

    # Readings
    def preview(self, actor: Actor, text: str, *, show: str, article: str = "", word: str = "", say: str = "", voice: str = "") -> Preview:
        """Speak a sentence, with one word read in a new way, without saving anything."""
        raise NotImplementedError

    def preview_sound(self, actor: Actor, token: str) -> bytes:
        """Give a preview's MP3. Raises NotFound."""
        raise NotImplementedError

    def entries(self, actor: Actor, show: str, *, search: str = "") -> tuple[Entry, ...]:
        """Give all entries that count in a show, the newsroom's first."""
        raise NotImplementedError

    def impact(self, actor: Actor, show: str, scope: str, entry: Entry | None, written: str = "", article: str = "") -> Impact:
        """Tell what an entry (None: the removal of ``written``) would change."""
        raise NotImplementedError

    def save_entry(self, actor: Actor, show: str, scope: str, entry: Entry) -> None:
        """Save how a word is read: ``newsroom``, ``show`` or ``article``."""
        raise NotImplementedError

    def remove_entry(self, actor: Actor, show: str, scope: str, written: str, article: str = "") -> None:
        """Take an entry out."""
        raise NotImplementedError

    def exported(self, actor: Actor, show: str, scope: str, form: str) -> bytes:
        """Give a lexicon as ``csv`` or ``pls``."""
        raise NotImplementedError

    def imported(self, actor: Actor, show: str, scope: str, form: str, body: bytes, *, dry: bool) -> int:
        """Take a lexicon in; tell how many entries it has."""

    # Sound
    def render(self, actor: Actor, name: str) -> tuple[Progress, bool]:
        """Have the draft made to be heard; tell whether that is a new job (False: it is under way)."""
        raise NotImplementedError

    def cancel(self, actor: Actor, name: str) -> Progress | None:
        """Take the job back."""
        raise NotImplementedError

    def proof_file(self, actor: Actor, name: str, fingerprint: str, file: str) -> tuple[BinaryIO, int]:
        """Open ``audio.mp3``, ``waveform.svg`` or ``record.json`` of a proof; with its length. Raises NotFound."""
        raise NotImplementedError

    def heard(self, actor: Actor, name: str, fingerprint: str) -> None:
        """Note that somebody heard a proof to its end."""

    # Before listeners
    def publish(self, actor: Actor, name: str, *, fingerprint: str, at: datetime | None = None, note: str = "", accept: Sequence[str] = (), reissue: bool = False) -> Progress:
        """Put just what was heard before listeners, now or at a moment."""
        raise NotImplementedError

    def unschedule(self, actor: Actor, name: str) -> View:
        """Take a scheduled episode back to the desk."""
        raise NotImplementedError

    def withdraw(self, actor: Actor, name: str, *, reason: str, notice: bool) -> View:
        """Take an episode from listeners."""
        raise NotImplementedError

    def restore(self, actor: Actor, name: str) -> View:
        """Undo that."""
        raise NotImplementedError

    def rollback(self, actor: Actor, name: str, revision: int) -> View:
        """Publish an earlier revision again."""

    # The house
    def job(self, actor: Actor, job_id: str) -> Progress:
        """Tell how far a job is. Raises NotFound."""
        raise NotImplementedError

    def nights(self, actor: Actor, *, limit: int = 30) -> tuple[Mapping[str, Any], ...]:
        """Give the latest nights, with their counts."""
        raise NotImplementedError

    def night(self, actor: Actor, job_id: str) -> Mapping[str, Any]:
        """Give a night's report."""
        raise NotImplementedError

    def retry(self, actor: Actor, job_id: str) -> Progress:
        """Begin a job again that ended without success."""
        raise NotImplementedError

    def listens(self, actor: Actor, show: str, *, days: int) -> Mapping[str, Any]:
        """Count downloads by day and by episode."""
        raise NotImplementedError

    def examined(self, actor: Actor) -> tuple[tuple[str, bool, str], ...]:
        """Try every part; see ``audiopub doctor``."""
        raise NotImplementedError

    def audit(self, actor: Actor, *, show: str = "", episode: str = "", by: str = "", before: int = 0, limit: int = 100) -> tuple[AuditLine, ...]:
        """Tell who did what, newest first."""
        raise NotImplementedError

