"""What the desk gives, as the API shows it."""

from collections.abc import Mapping
from typing import Any

from audiopub.desk.model import Check, Impact, Item, Listing, Progress, Sentence, SentenceChange, View
from audiopub.editing import Draft
from audiopub.messages import Language, catalog, message
from audiopub.people import Line as AuditLine
from audiopub.publish.model import Episode
from audiopub.vietnamese import Entry
from audiopub.web.api import shapes, tables
from audiopub.web.problems import plain


def sentence_of(code: str, language: Language, details: Mapping[str, Any]) -> str:
    """Say what a code means; the code itself where an older record lacks what its sentence needs."""
    try:
        return message(code, language, **details) if code in catalog(language) else code
    except (KeyError, ValueError, IndexError):
        return code


def progress(found: Progress) -> shapes.ProgressOut:
    """Show how far a job is."""
    return shapes.ProgressOut(
        id=found.job,
        state=str(found.state),
        stage=found.stage,
        done=found.done,
        of=found.of,
        share=max(0.0, found.share),
        until_ms=found.until_ms,
        outcome=plain(found.outcome),
    )


def item(found: Item, language: Language) -> shapes.ItemOut:
    """Show a line of the list."""
    return shapes.ItemOut(
        name=found.name, show=found.show, id=found.id, title=found.title, state=found.state, pending=found.pending, stale=found.stale, code=found.code,
        message=sentence_of(found.code, language, found.details), details=plain(found.details), duration_ms=found.duration_ms, revision=found.revision,
        section=found.section, published=found.published, changed_ms=found.changed_ms, by=found.by, progress=progress(found.progress) if found.progress else None,
    )  # fmt: skip


def items(found: Listing, cursor: str, language: Language) -> shapes.Items:
    """Show a page of the list."""
    counts = {str(state): count for state, count in found.counts.items()}
    return shapes.Items(items=[item(one, language) for one in found.items], total=found.total, counts=counts, cursor=cursor)


def article(found: View, language: Language) -> shapes.ArticleOut:
    """Show an article."""
    return shapes.ArticleOut(
        article=item(found.item, language), draft=_draft(found.draft) if found.draft else None, episode=_episode(found.episode) if found.episode else None,
        proof=_proof(found), proof_is_fresh=found.proof_is_fresh, revisions=list(found.revisions),
    )  # fmt: skip


def _draft(found: Draft) -> shapes.DraftOut:
    blocks = [
        shapes.BlockOut(id=block.id, kind=block.kind, text=block.text, include=block.included, rule=block.rule, edited=block.edited, was=block.was, version=block.version)
        for block in found.blocks
    ]
    manner = shapes.MannerShape(voice=found.manner.voice, speed=found.manner.speed, jingle=found.manner.jingle)
    return shapes.DraftOut(
        version=found.version, origin=found.origin.kind.value, source_id=found.origin.source_id, source=found.origin.name, title=found.title, lead=found.lead,
        day=found.day, manner=manner, hand_edited=found.hand_edited, waiting=bool(found.waiting), blocks=blocks,
    )  # fmt: skip


def _episode(found: Episode) -> shapes.EpisodeOut:
    return shapes.EpisodeOut(
        guid=found.guid, title=found.title, revision=found.revision, published=found.published, updated=found.updated, duration_ms=found.duration,
        bytes=found.audio_bytes, voice=found.voice, fallback=found.fallback, fingerprint=found.fingerprint, article_url=found.article_url,
    )  # fmt: skip


def _proof(view: View) -> shapes.ProofOut | None:
    found = view.proof
    if found is None:
        return None
    return shapes.ProofOut(
        fingerprint=found.fingerprint, version=found.version, duration_ms=found.duration_ms, loudness_lufs=found.loudness_lufs,
        bytes=found.bytes, voice=found.voice, fallback=found.fallback, made=found.made, segments=found.segments, warnings=list(found.warnings), unsure=found.unsure,
        heard=dict(found.heard), audio=f"/api/v1/articles/{view.item.name}/proofs/{found.fingerprint}/audio.mp3",
    )  # fmt: skip


def sentence(found: Sentence) -> shapes.SentenceOut:
    """Show a sentence."""
    said = found.segment
    return shapes.SentenceOut(
        number=found.number, block=found.block, kind=said.kind.value, written=said.written, spoken=said.spoken,
        rewrites=[shapes.RewriteOut.model_validate(rewrite.plain()) for rewrite in said.rewrites], start_ms=found.start_ms, end_ms=found.end_ms,
    )  # fmt: skip


def change(found: SentenceChange) -> shapes.ChangeOut:
    """Show what a correction changes."""
    return shapes.ChangeOut(before=found.before, after=found.after, before_spoken=found.before_spoken, after_spoken=found.after_spoken)


def check(found: Check, language: Language) -> shapes.CheckOut:
    """Show a check."""
    return shapes.CheckOut(
        name=found.name,
        state=found.state,
        code=found.told,
        message=sentence_of(found.told, language, found.details),
        details=plain(found.details),
        acceptable=found.acceptable,
    )


def entry(found: Entry) -> tables.EntryOut:
    """Show an entry of a lexicon."""
    return tables.EntryOut(
        written=found.written, spoken=found.spoken, scope=str(found.scope), article=found.article, case=found.case, whole=found.whole, author=found.author,
        added=found.added, reason=found.reason,
    )  # fmt: skip


def impact(found: Impact) -> tables.ImpactOut:
    """Show what an entry would change."""
    examples = [tables.ExampleOut(title=title, written=written, before=before, after=after) for title, written, before, after in found.examples]
    return tables.ImpactOut(sentences=found.sentences, episodes=found.episodes, examples=examples)


def audit_line(found: AuditLine) -> tables.AuditOut:
    """Show what somebody did."""
    return tables.AuditOut(
        number=found.number, at_ms=found.at_ms, by=found.by, via=str(found.via), act=found.act, show=found.show, episode=found.episode, details=plain(found.details),
        address=found.address,
    )  # fmt: skip
