"""One article, looked at from all sides: its draft, its script, its proof, what differs from what listeners have."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from audiopub.adapters.sql.drafts import DraftRow, KeptDraft
from audiopub.article import SPOKEN_KINDS, BlockKind
from audiopub.desk.model import Piece, Proof, Sentence, SentenceChange, View
from audiopub.desk.standing import item_of
from audiopub.desk.tools import Located, Tools, record_in, record_of
from audiopub.editing import Draft, article_of
from audiopub.errors import AudiopubError
from audiopub.people import Actor, Permission
from audiopub.pipeline import candidate, fingerprints, proof_key, wording_of
from audiopub.publish.archive import kept
from audiopub.publish.changes import changes
from audiopub.publish.lines import segments_of_record
from audiopub.publish.model import Episode, State
from audiopub.script import Segment, SegmentKind

_MOST_REVISIONS = 20


class Views:
    """What is shown of one article."""

    def __init__(self, tools: Tools) -> None:
        """Work with tools."""
        self._tools = tools

    def view(self, actor: Actor, name: str) -> View:
        """Give everything of one article.

        Raises:
            NotFound: there is none of that name.
        """
        actor.must(Permission.READ)
        located = self._tools.locate(name)
        row = self._row(located.kept) if located.kept else None
        proof = self.proof(located) if located.kept else None
        fresh = proof is not None and located.kept is not None and self.is_fresh(located.kept.draft, proof)
        item = item_of(located.show, located.id, row, located.episode, stale=proof is not None and not fresh)
        draft = located.kept.draft if located.kept else None
        return View(item=item, draft=draft, episode=located.episode, proof=proof, proof_is_fresh=fresh, revisions=self._revisions(located.episode))

    def _row(self, found: KeptDraft) -> DraftRow:
        job = self._tools.jobs.get(found.job) if found.job else None
        draft = found.draft
        return DraftRow(
            show=draft.show, id=draft.id, version=draft.version, title=draft.title, proof=found.proof, proof_version=found.proof_version, changed=found.changed,
            by=found.by, job=found.job if job else "",
            job_kind=job.order.kind.value if job else "", job_state=job.state.value if job else "", stage=job.stage if job else "",
            done=job.done if job else 0, of=job.of if job else 0, until=job.until if job else 0, outcome=job.outcome if job else {},
        )  # fmt: skip

    def proof(self, located: Located) -> Proof | None:
        """Give what was last made of a draft to be heard; None where nothing was."""
        found = self._tools.proofs.get(located.show, located.id, located.kept.proof) if located.kept and located.kept.proof else None
        if found is None or located.kept is None:
            return None
        made, heard = found
        return Proof(
            fingerprint=made.fingerprint, version=located.kept.proof_version, duration_ms=made.duration_ms, loudness_lufs=made.loudness_lufs, bytes=made.bytes,
            voice=made.voice, fallback=made.fallback, made=made.made, segments=made.segments, warnings=tuple(made.warnings), unsure=made.unsure, heard=heard,
        )  # fmt: skip

    def is_fresh(self, draft: Draft, proof: Proof) -> bool:
        """Tell whether publishing a draft now would publish just what a proof has; one that another voice had to read is taken for fresh while its text is."""
        try:
            work = self._tools.prepared(draft)
            studio = self._tools.studio(draft)
            if not proof.fallback:
                return proof.fingerprint in fingerprints(studio, work)
            made = candidate(studio, work, proof.fingerprint)
        except AudiopubError:
            return False
        return proof.version == draft.version and made is not None and made.wording == wording_of(work.script)

    def _revisions(self, episode: Episode | None) -> tuple[int, ...]:
        if episode is None or episode.state is not State.PUBLISHED:
            return ()
        former = range(episode.revision - 1, max(0, episode.revision - _MOST_REVISIONS), -1)
        return tuple(number for number in former if self._can_come_back(episode, number))

    def _can_come_back(self, episode: Episode, revision: int) -> bool:
        try:
            found = kept(episode, revision, self._tools.archive)
        except AudiopubError:
            return False
        return found is not None and found.state is State.PUBLISHED and found.name == episode.name

    def script(self, actor: Actor, name: str) -> tuple[Sentence, ...]:
        """Give a draft's sentences, printed and said, with their times in the proof.

        Raises:
            NotFound: it is not on the desk.
            BadInput: it is no article that may be published, as the list of checks says too.
        """
        actor.must(Permission.READ)
        located = self._tools.locate(name)
        work = self._tools.prepared(located.draft)
        places = _times(self._proof_record(located))
        blocks = _blocks_of(located.draft)
        return tuple(_sentence(number, _block(segment, blocks), segment, places) for number, segment in enumerate(work.script.segments))

    def _proof_record(self, located: Located) -> Mapping[str, Any] | None:
        if located.kept is None or not located.kept.proof:
            return None
        body = self._tools.archive.get(proof_key(located.show, located.id, located.kept.proof, "record.json"))
        return record_in(body, located.id) if body else None

    def changes(self, actor: Actor, name: str) -> tuple[SentenceChange, ...]:
        """Give the sentences in which a draft differs from what listeners have; nothing where they have nothing."""
        actor.must(Permission.READ)
        located = self._tools.locate(name)
        episode, draft = located.episode, located.draft
        record = record_of(self._tools, episode) if episode else None
        if record is None:
            return ()
        before = segments_of_record(json.dumps(record).encode())
        return tuple(_change(found.before, found.after) for found in changes(before, self._tools.prepared(draft).script.segments))


def _change(before: Segment | None, after: Segment | None) -> SentenceChange:
    return SentenceChange(
        before=before.written if before else None, after=after.written if after else None, before_spoken=before.spoken if before else None,
        after_spoken=after.spoken if after else None,
    )  # fmt: skip


def _blocks_of(draft: Draft) -> dict[int, str]:
    """Name the block of each paragraph of a draft's script, which numbers the opening, the title, the lead, and then each block that something is said of."""
    found = {1: "title", **({2: "lead"} if draft.lead else {})}
    in_table = False
    for own, block in zip(draft.blocks, article_of(draft).blocks, strict=True):
        if block.kind in SPOKEN_KINDS or block.kind is BlockKind.HEADING or (block.kind is BlockKind.TABLE and not in_table):
            found[len(found) + 1] = own.id
        in_table = block.kind is BlockKind.TABLE
    return found


def _block(segment: Segment, blocks: Mapping[int, str]) -> str:
    return "" if segment.kind in _AROUND else blocks.get(segment.paragraph, "")


_AROUND = frozenset({SegmentKind.OPENING, SegmentKind.CLOSING, SegmentKind.JINGLE})


def _times(record: Mapping[str, Any] | None) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Give when each sentence of a proof is heard, by what is printed and said; several times where it is said several times."""
    if record is None:
        return {}
    rate, found = int(record["audio"]["rate"]), dict[tuple[str, str], list[tuple[int, int]]]()
    for row in record["segments"]:
        start = round(row["start"] * 1000 / rate)
        found.setdefault((row["written"], row["spoken"]), []).append((start, start + round(row["samples"] * 1000 / rate)))
    return found


def _sentence(number: int, block: str, segment: Segment, places: dict[tuple[str, str], list[tuple[int, int]]]) -> Sentence:
    times = places.get((segment.written, segment.spoken))
    start, end = times.pop(0) if times else (None, None)
    return Sentence(number=number, block=block, segment=segment, pieces=tuple(_pieces(segment)), start_ms=start, end_ms=end)


def _pieces(segment: Segment) -> Iterator[Piece]:
    place = 0
    for rewrite in sorted(segment.rewrites, key=lambda rewrite: rewrite.start):
        if rewrite.start < place:
            continue  # inside of one that was shown already
        if rewrite.start > place:
            yield Piece(text=segment.written[place : rewrite.start])
        yield Piece(text=segment.written[rewrite.start : rewrite.end], rewrite=rewrite)
        place = rewrite.end
    if place < len(segment.written):
        yield Piece(text=segment.written[place:])
