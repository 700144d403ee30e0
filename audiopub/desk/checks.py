"""What is gone through before something is put before listeners."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from audiopub.desk.model import Check, CheckState, Proof
from audiopub.desk.tools import Tools
from audiopub.editing import Draft
from audiopub.errors import AudiopubError
from audiopub.pipeline import Prepared, Studio, candidate
from audiopub.publish.feed import feed_xml
from audiopub.publish.feedcheck.model import Severity
from audiopub.publish.feedcheck.table import table
from audiopub.publish.model import State
from audiopub.publish.validate import validated

_LOUDNESS = -16.0
_NEAR = 1.0
"""LUFS from the loudness that every episode is to have, within which it is right."""

_BESIDE = 20
"""Episodes of the feed beside which a new one is checked."""


def checks_of(tools: Tools, draft: Draft, proof: Proof | None, *, fresh: bool) -> Iterator[Check]:
    """Go through everything, gravest first.

    Args:
        tools: the installation.
        draft: what would be published.
        proof: what was made of it; None for nothing.
        fresh: whether the proof is of the draft as it is now.
    """
    try:
        work = tools.prepared(draft)
    except AudiopubError as error:
        yield Check(name="article", state=CheckState.STOP, told=error.code, details=dict(error.details))
        return
    yield from _of_proof(proof, fresh=fresh)
    yield _article(work)
    if proof is not None:
        yield from _of_listeners(tools.studio(draft), work, proof)
        yield from _of_sound(proof)
        yield _feed(tools, tools.studio(draft), work, proof)


def _of_proof(proof: Proof | None, *, fresh: bool) -> Iterator[Check]:
    yield _made("rendered", proof is not None, "desk_check.not_rendered")
    if proof is not None:
        yield _made("fresh", fresh, "desk_check.not_fresh")
        heard = CheckState.OK if proof.heard else CheckState.STOP
        yield Check(name="heard", state=heard, told="" if proof.heard else "desk_check.not_heard", acceptable=not proof.heard)


def _made(name: str, well: bool, told: str) -> Check:  # noqa: FBT001  what was found
    return Check(name=name, state=CheckState.OK if well else CheckState.STOP, told="" if well else told)


def _article(work: Prepared) -> Check:
    warnings = work.article.warnings
    state = CheckState.WARN if warnings else CheckState.OK
    return Check(name="article", state=state, told="desk_check.article_doubts" if warnings else "", details={"codes": list(warnings), "count": len(warnings)})


def _of_listeners(studio: Studio, work: Prepared, proof: Proof) -> Iterator[Check]:
    """See that listeners were given nothing else since a proof was made, and that nobody took it from them."""
    present = work.present
    if present is None or (present.fingerprint == proof.fingerprint and present.state is not State.WITHDRAWN):
        return
    made = candidate(studio, work, proof.fingerprint)
    if present.state is State.WITHDRAWN and present.was_public:
        yield Check(name="withdrawn", state=CheckState.STOP, told="desk_check.withdrawn", acceptable=True)
    elif made is not None and made.revision <= present.revision:
        yield Check(name="newest", state=CheckState.STOP, told="desk_check.newer_out", acceptable=True)


def _of_sound(proof: Proof) -> Iterator[Check]:
    near = abs(proof.loudness_lufs - _LOUDNESS) <= _NEAR
    said = {"loudness": f"{proof.loudness_lufs:.1f}", "wanted": f"{_LOUDNESS:.0f}"}
    yield Check(name="loudness", state=CheckState.OK if near else CheckState.WARN, told="" if near else "desk_check.bad_loudness", details=said)
    yield Check(
        name="voice", state=CheckState.WARN if proof.fallback else CheckState.OK, told="desk_check.other_voice" if proof.fallback else "", details={"voice": proof.voice}
    )
    unsure = CheckState.WARN if proof.unsure else CheckState.OK
    yield Check(name="readings", state=unsure, told="desk_check.unsure" if proof.unsure else "", details={"count": proof.unsure})


def _feed(tools: Tools, studio: Studio, work: Prepared, proof: Proof) -> Check:
    """Write the feed as it would be, and check it as apps do."""
    try:
        episode = candidate(studio, work, proof.fingerprint)
    except AudiopubError:  # damaged: it is made anew when it is rendered
        episode = None
    if episode is None:
        return Check(name="feed", state=CheckState.STOP, told="desk_check.not_rendered")
    others = (other for other in studio.catalog.episodes(studio.channel.slug) if other.state is State.PUBLISHED and other.id != episode.id)
    try:
        report = validated(feed_xml(studio.channel, [episode, *islice(others, _BESIDE)]), None, max(tools.now(), episode.published))
    except AudiopubError as error:
        return Check(name="feed", state=CheckState.STOP, told=error.code, details=dict(error.details))
    bad = [finding for finding in report.findings if table()[finding.rule].severity is Severity.ERROR and finding.where != "channel"]
    rules = ", ".join(sorted({finding.rule for finding in bad}))
    return Check(name="feed", state=CheckState.STOP if bad else CheckState.OK, told="desk_check.bad_feed" if bad else "", details={"rules": rules}, acceptable=bool(bad))


def stops(checks: Iterable[Check], accept: Sequence[str]) -> tuple[str, ...]:
    """Name the checks that stop, but those that a person goes past and may."""
    return tuple(check.name for check in checks if check.state is CheckState.STOP and not (check.acceptable and check.name in accept))
