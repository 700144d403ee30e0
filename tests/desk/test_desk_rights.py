"""Who may do what at the desk, and that it is written down; on both kinds of database, and with nobody who works."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from audiopub.adapters.sql.schema import proofs
from audiopub.bootstrap import archive, database
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.errors import AudiopubError, Forbidden, Outdated
from audiopub.people import Actor
from audiopub.people.model import ROLES, Permission, Role, Via
from audiopub.pipeline import proof_key
from audiopub.publish.model import State
from audiopub.vietnamese import Entry, Scope
from audiopub.workshop.service import Wishes, is_idle, tools_of, worker
from audiopub.workshop.sweeping import sweep_proofs
from tests.desk.newsdesk import AN, NewsDesk, newsdesk, version, words
from tests.worker_process import SHOW

_NUMBERS = count(1)
ENTRY = Entry(written="UBND", spoken="ủy ban nhân dân", scope=Scope.SHOW)
NAME = f"{SHOW}-0123456789abcdef"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsDesk]:
    """Give a desk on each kind of database."""
    url, drop = "", lambda: None
    if request.param == "postgres":
        server, name = request.getfixturevalue("postgres"), f"desk_{next(_NUMBERS)}"
        server.start()
        url, drop = server.url(name), lambda: server.drop(name)
    with newsdesk(tmp_path_factory.mktemp("rights"), tmp_path_factory.getbasetemp() / "sites", url) as made:
        yield made
        database(made.settings).close()
    drop()


ACTS: dict[str, tuple[Permission, Callable[[EditorsDesk, Actor], Any]]] = {
    "listing": (Permission.READ, lambda desk, who: desk.listing(who)), "view": (Permission.READ, lambda desk, who: desk.view(who, NAME)),
    "script": (Permission.READ, lambda desk, who: desk.script(who, NAME)), "changes": (Permission.READ, lambda desk, who: desk.changes(who, NAME)),
    "submit": (Permission.EDIT, lambda desk, who: desk.submit(who, Submission(show=SHOW))), "open": (Permission.EDIT, lambda desk, who: desk.open_draft(who, NAME)),
    "edit": (Permission.EDIT, lambda desk, who: desk.edit(who, NAME, "merge", {"block": "b1"}, version=1)), "undo": (Permission.EDIT, lambda desk, who: desk.undo(who, NAME, version=1)),
    "newer": (Permission.READ, lambda desk, who: desk.newer(who, NAME)), "take": (Permission.EDIT, lambda desk, who: desk.take_waiting(who, NAME, version=1)),
    "source": (Permission.READ, lambda desk, who: desk.source(who, NAME)), "discard": (Permission.EDIT, lambda desk, who: desk.discard(who, NAME)),
    "preview": (Permission.EDIT, lambda desk, who: desk.preview(who, "", show=SHOW)), "sound": (Permission.EDIT, lambda desk, who: desk.preview_sound(who, "x")),
    "voices": (Permission.READ, lambda desk, who: desk.voices(who, SHOW)), "entries": (Permission.READ, lambda desk, who: desk.entries(who, SHOW)),
    "impact": (Permission.READ, lambda desk, who: desk.impact(who, SHOW, "?", None, "x")), "save": (Permission.EDIT, lambda desk, who: desk.save_entry(who, SHOW, "?", ENTRY)),
    "remove": (Permission.EDIT, lambda desk, who: desk.remove_entry(who, SHOW, "show", "x")), "export": (Permission.READ, lambda desk, who: desk.exported(who, SHOW, "show", "csv")),
    "import": (Permission.EDIT, lambda desk, who: desk.imported(who, SHOW, "show", "?", b"", dry=False)), "render": (Permission.EDIT, lambda desk, who: desk.render(who, NAME)),
    "cancel": (Permission.EDIT, lambda desk, who: desk.cancel(who, NAME)), "file": (Permission.READ, lambda desk, who: desk.proof_file(who, NAME, "0" * 64, "audio.mp3")),
    "heard": (Permission.EDIT, lambda desk, who: desk.heard(who, NAME, "0" * 64)), "job": (Permission.READ, lambda desk, who: desk.job(who, "x")),
    "retry": (Permission.EDIT, lambda desk, who: desk.retry(who, "x")), "checks": (Permission.READ, lambda desk, who: desk.checks(who, NAME)),
    "publish": (Permission.PUBLISH, lambda desk, who: desk.publish(who, NAME, fingerprint="x")), "unschedule": (Permission.PUBLISH, lambda desk, who: desk.unschedule(who, NAME)),
    "withdraw": (Permission.PUBLISH, lambda desk, who: desk.withdraw(who, NAME, reason="", notice=False)), "restore": (Permission.PUBLISH, lambda desk, who: desk.restore(who, NAME)),
    "rollback": (Permission.PUBLISH, lambda desk, who: desk.rollback(who, NAME, 1)), "episode": (Permission.READ, lambda desk, who: desk.episode(who, NAME)),
    "served": (Permission.READ, lambda desk, who: desk.served_file(who, NAME, ".vtt")), "nights": (Permission.READ, lambda desk, who: desk.nights(who)),
    "night": (Permission.READ, lambda desk, who: desk.night(who, "x")), "begin_night": (Permission.PUBLISH, lambda desk, who: desk.begin_night(who, "khong-co")),
    "audit": (Permission.READ, lambda desk, who: desk.audit(who)), "picked": (Permission.EDIT, lambda desk, who: desk.picked(who, "khong-co")),
    "watch": (Permission.READ, lambda desk, who: desk.watch(who)), "examined": (Permission.ADMIN, lambda desk, who: desk.examined(who)),
}  # fmt: skip
"""Every method, with a call that does nothing: of an article that there is not, or with what is refused."""

_NOBODYS = {"shows", "workers", "settings", "tools", "warm"}
"""What tells nothing of articles, and what is not asked for by a person."""

_CALLED = {"open_draft": "open", "take_waiting": "take", "preview_sound": "sound", "save_entry": "save", "remove_entry": "remove", "exported": "export", "imported": "import",
           "proof_file": "file", "served_file": "served"}  # fmt: skip


def test_every_method_is_in_the_table() -> None:
    """A method that is added without saying who may use it makes this fail."""
    methods = {name for name in dir(EditorsDesk) if not name.startswith("_") and callable(getattr(EditorsDesk, name))}
    assert {_CALLED.get(name, name) for name in methods - _NOBODYS} - {"proof", "is_fresh"} == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_each_role_may_do_what_it_may(place: NewsDesk, act: str) -> None:
    """Whoever lacks the permission is refused before anything is looked at; whoever has it is not."""
    wanted, call = ACTS[act]
    everybody: dict[str, frozenset[Permission]] = {**{role.value: held for role, held in ROLES.items()}, "nobody": frozenset()}
    for role, permissions in everybody.items():
        if act == "examined" and wanted in permissions:
            continue  # it tries every voice there is
        try:
            call(place.desk, Actor(name=str(role), permissions=permissions, via=Via.API))
            refused = False
        except Forbidden:
            refused = True
        except AudiopubError:
            refused = False
        assert refused == (wanted not in permissions), role


def test_roles_hold_what_lower_ones_hold() -> None:
    """Viewer, editor, publisher, administrator."""
    bundles = [ROLES[role] for role in (Role.VIEWER, Role.EDITOR, Role.PUBLISHER, Role.ADMIN)]
    assert all(one < other for one, other in pairwise(bundles))


def test_many_hands_at_once(place: NewsDesk) -> None:
    """Eight who have one draft made put up one job; sixteen who send an article bring one; of eight who change one block with the same sight of it, one is in time."""
    view = place.draft()
    start = threading.Barrier(8)

    def render(_: int) -> tuple[str, bool]:
        start.wait()
        progress, new = place.desk.render(AN, view.item.name)
        return progress.job, new

    def change(number: int) -> bool:
        start.wait()
        try:
            place.desk.edit(AN, view.item.name, "rewrite", {"block": "b1", "text": f"Lời thứ {number}."}, version=version(view))
        except Outdated as refused:
            both = refused.details
            return not (str(both["present"]).startswith("Lời thứ") and both["yours"] == f"Lời thứ {number}.")
        return True

    body = "\n\n".join(("Nhiều tay một bài", *words(600))).encode()
    with ThreadPoolExecutor(16) as pool:
        jobs = list(pool.map(render, range(8)))
        assert len({job for job, _ in jobs}) == 1 and sum(new for _, new in jobs) == 1
        assert sum(pool.map(change, range(8))) == 1
        sent = list(pool.map(lambda _: place.desk.submit(AN, Submission(show=SHOW, body=body, source_id="cms-600")), range(16)))
    assert sum(new for _, new in sent) == 1 and len({view.item.name for view, _ in sent}) == 1
    assert place.acts(view.item.name) == ["submitted", "render", "edit_rewrite"]
    place.desk.cancel(AN, view.item.name)
    assert place.acts(view.item.name)[-1] == "cancel"
    place.desk.discard(AN, view.item.name)


def test_scheduled_while_nobody_worked(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An episode whose time came while no worker lived comes out when one is there again, once; proofs that nobody needs go, others stay."""
    with newsdesk(tmp_path, tmp_path_factory.getbasetemp() / "sites") as place:
        name = place.draft().item.name
        place.desk.render(AN, name)
        _work(place)
        first = place.desk.view(AN, name)
        assert first.proof is not None
        place.desk.heard(AN, name, first.proof.fingerprint)
        place.desk.publish(AN, name, fingerprint=first.proof.fingerprint, at=place.moment + timedelta(hours=2))
        _work(place)
        assert place.desk.episode(AN, name).state is State.EMBARGOED
        place.later(hours=9)
        place.desk = EditorsDesk(place.settings, lambda: place.moment)
        _work(place, lambda: place.desk.episode(AN, name).state is State.PUBLISHED)
        assert place.feed().count(place.desk.episode(AN, name).guid) == 1
        _swept(place, name, first.proof.fingerprint)


def _work(place: NewsDesk, until: Callable[[], bool] | None = None) -> None:
    with worker(place.settings, Wishes(slots=1, own_clock=lambda: place.moment)) as made:
        made.work(until or (lambda: is_idle(place.settings)))


def _swept(place: NewsDesk, name: str, published: str) -> None:
    """Make proofs as if they were old, and see which are let go."""
    tools, kept = tools_of(place.settings, lambda: place.moment), archive(place.settings)
    episode = name[-16:]
    found = tools.proofs.get(SHOW, episode, published)
    assert found is not None
    made = [f"{number:064x}" for number in range(5)]
    for number, fingerprint in enumerate(made):
        tools.proofs.put(SHOW, episode, replace(found[0], fingerprint=fingerprint))
        tools.proofs.put(SHOW, f"{number:016x}", replace(found[0], fingerprint=fingerprint))
        for of in (episode, f"{number:016x}"):
            kept.put(proof_key(SHOW, of, fingerprint, "proof.json"), b"{}")
    assert sweep_proofs(tools, kept) == 0, "they are young"
    _age(place, 2)
    kept.put(proof_key(SHOW, episode, "f" * 64, "audio.mp3"), b"never finished, and young")
    sweep_proofs(tools, kept)
    left = {proof.fingerprint for proof in tools.proofs.all()}
    assert published in left and len(left) == 4 and {proof.id for proof in tools.proofs.all()} == {episode}
    keys = {stored.key for stored in kept.keys("proofs/")}
    assert {key.split("/")[3] for key in keys} == {*left, "f" * 64}
    tools.drafts.remove(SHOW, episode)
    sweep_proofs(tools, kept)
    assert {proof.fingerprint for proof in tools.proofs.all()} == {published}, "what was published shows for a while what was heard"
    _age(place, 90)
    place.later(days=90_000)
    sweep_proofs(tools_of(place.settings, lambda: place.moment), kept)
    assert not tools.proofs.all() and not list(kept.keys("proofs/"))


def _age(place: NewsDesk, days: int) -> None:
    ago = days * 24 * 3_600_000
    database(place.settings).write(lambda connection: connection.execute(proofs.update().values(at=proofs.c.at - ago)))
