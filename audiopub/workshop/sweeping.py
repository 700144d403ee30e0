"""What the desk made and nobody needs any more: proofs that nobody will hear again, pages that no draft was read from."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from audiopub.adapters.sql.proofs import MadeProof
from audiopub.bootstrap import catalog
from audiopub.pipeline import PROOF_FILES, PROOF_NOTES, proof_key
from audiopub.publish.store import Store
from audiopub.workshop.desk import Tools

_KEPT = 3
"""Proofs of a draft that are kept: the present one, and those before it, to which an editor may come back."""

_PUBLISHED = timedelta(days=90)
"""For which a proof is kept that was published as it is: it shows what was heard."""

_YOUNG = timedelta(days=1)
"""Younger ones are left: they may be in the making."""

_MS = timedelta(milliseconds=1)


def sweep_proofs(tools: Tools, archive: Store) -> int:
    """Remove the proofs that nobody needs any more, and the files of those that were never finished.

    Args:
        tools: what all steps need.
        archive: where proofs are.

    Returns:
        How many proofs and left-over files those were.
    """
    made = tools.proofs.all()
    gone = list(_unneeded(tools, made))
    for proof in gone:
        for name in (*PROOF_NOTES, *PROOF_FILES):  # what says that it is whole goes first
            archive.remove(proof_key(proof.show, proof.id, proof.fingerprint, name))
        tools.proofs.remove(proof.show, proof.id, proof.fingerprint)
    known = {proof_key(proof.show, proof.id, proof.fingerprint, "") for proof in made}
    before = tools.now() - _YOUNG
    lost = [stored.key for stored in archive.keys("proofs/") if stored.changed < before and stored.key.rpartition("/")[0] + "/" not in known]
    for key in lost:
        archive.remove(key)
    return len(gone) + len(lost)


def _unneeded(tools: Tools, made: tuple[MadeProof, ...]) -> Iterator[MadeProof]:
    clock, seen = tools.jobs.clock(), Counter[tuple[str, str]]()
    present = {(row.show, row.id): row.proof for row in tools.drafts.rows()}
    published = catalog(tools.settings)
    for proof in made:  # newest first
        key, age = (proof.show, proof.id), clock - proof.at
        seen[key] += 1
        if age < _YOUNG / _MS or present.get(key) == proof.fingerprint or (key in present and seen[key] <= _KEPT):
            continue
        episode = published.find(*key)
        if age < _PUBLISHED / _MS and episode is not None and episode.fingerprint == proof.fingerprint:
            continue
        yield proof
