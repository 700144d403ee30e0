"""The steps of jobs, called as the engine calls them: once, and once more after the process has died."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audiopub.adapters.sql.claims import SqlClaims
from audiopub.bootstrap import catalog, database, locks
from audiopub.errors import TryAgain
from audiopub.jobs import Job, JobState, Kind, Order, Queue
from audiopub.newsroom import Newsroom as Editors
from audiopub.pipeline.locks import article_lock
from audiopub.pipeline.prepare import episode_id
from audiopub.workshop.service import Desk, store_of
from benchmarks.newsroom import NOW
from tests.jobs.conftest import DATE, Place, desk_of, quiet
from tests.worker_process import SHOW

TOMORROW = NOW + timedelta(days=1)


def submitted(place: Place, source: str, *, show: str = SHOW, now: Any = NOW, **wish: Any) -> Job:
    order = Order(kind=Kind.RENDER, show=show, queue=Queue.EDITOR, now=now, source=source, wish=wish)
    return store_of(place.settings).submit(order, again=True)[0]


def night(place: Place, now: Any = NOW, show: str = SHOW, **wish: Any) -> Job:
    order = Order(kind=Kind.NIGHTLY, show=show, queue=Queue.NIGHTS, now=now, source=f"{now:%Y-%m-%d}", wish=wish)
    return store_of(place.settings).submit(order, job_id=f"nightly-{show}-{now:%Y-%m-%d}", again=True)[0]


def made(desk: Desk, job: Job) -> Any:
    """Do a job of an article from beginning to end, without its feed."""
    outcome = desk.make(job, desk.take(job, quiet), quiet, patient=True)
    desk._tools.jobs.end(job, JobState.DONE, outcome)
    return outcome


def looked(place: Place, desk: Desk, job: Job) -> list[Any]:
    """Look at all that is listed, and do what is put up, as a night does."""
    listed = desk.listed(job)
    return [{"source": entry["name"], **desk.take_listed(job, entry, place)} for place, entry in enumerate(listed["entries"])]


def done(place: Place, desk: Desk, lines: list[Any]) -> list[Any]:
    """Do the jobs of a night's lines, each ended as the workflow ends it; give what became of each line."""
    found = []
    for line in lines:
        if "job" in line:
            found.append(made(desk, place.job(line["job"])))
        else:
            found.append(line)
    return found


def one_by_one(place: Place, desk: Desk, now: Any) -> list[Any]:
    """Do a night whose articles are each ready before the next is looked at."""
    job = night(place, now)
    listed = desk.listed(job)
    return [done(place, desk, [desk.take_listed(job, entry, number)])[0] for number, entry in enumerate(listed["entries"])]


def whole_night(place: Place, desk: Desk, now: Any = NOW) -> list[Any]:
    job = night(place, now)
    lines = done(place, desk, looked(place, desk, job))
    desk.close(job, quiet)
    return lines


def outcomes(lines: list[Any]) -> list[str]:
    return [line["outcome"] for line in lines]


def revisions(place: Place, show: str = SHOW) -> list[int]:
    return [episode.revision for episode in catalog(place.settings).episodes(show)]


def test_an_articles_steps_may_be_done_twice(place: Place, desk: Desk) -> None:
    """The second time gives the same, asks no voice, makes no revision and writes no feed; the work is still the job's own."""
    job = submitted(place, place.paper.url(0))
    taken = desk.take(job, quiet)
    assert desk.take(job, quiet) == taken
    first, second = (desk.make(job, taken, quiet, patient=True) for _ in range(2))
    assert first["outcome"] == "published" and first["made"] > 0 and second == {**first, "made": 0}
    assert revisions(place) == [1]
    assert desk.publish(job, quiet)["outcome"] == "written"
    before = place.files()
    assert desk.publish(job, quiet)["outcome"] == "unchanged" and place.files() == before
    desk.leave(job)
    desk.leave(job)
    assert SqlClaims(database(place.settings)).all(SHOW) == ()


def test_a_correction_that_is_repeated_is_still_a_correction(place: Place, desk: Desk) -> None:
    """The repeated step of a later job tells its own work apart from that of the first."""
    made(desk, submitted(place, place.paper.url(0)))
    place.paper.correct(0)
    job = submitted(place, place.paper.url(0), now=TOMORROW)
    taken = desk.take(job, quiet)
    assert outcomes([desk.make(job, taken, quiet, patient=True) for _ in range(2)]) == ["updated", "updated"] and revisions(place) == [2]
    store_of(place.settings).end(job, JobState.DONE, {})
    again = submitted(place, place.paper.url(0), now=TOMORROW + timedelta(hours=1))
    assert made(desk, again)["outcome"] == "unchanged"


def test_an_embargo_that_is_repeated_is_still_one(place: Place, desk: Desk) -> None:
    """What nobody may have yet is not told as published."""
    job = submitted(place, place.paper.url(0), not_before=(NOW + timedelta(hours=3)).isoformat())
    taken = desk.take(job, quiet)
    assert outcomes([desk.make(job, taken, quiet, patient=True) for _ in range(2)]) == ["embargoed", "embargoed"]
    assert desk.publish(job, quiet)["outcome"] == "written" and "<item>" not in place.feed()
    later = desk_of(place, NOW + timedelta(hours=4))
    assert len(later.publish(job, quiet)["released"]) == 1 and place.feed().count("<item>") == 1


def test_a_night_ends_embargoes_too(place: Place, desk: Desk) -> None:
    """Also where no worker runs by day; only those whose time has come."""
    for number, hours in ((0, 1), (1, 48)):
        assert made(desk, submitted(place, place.paper.url(number), not_before=(NOW + timedelta(hours=hours)).isoformat()))["outcome"] == "embargoed"
    assert desk_of(place, TOMORROW).close(night(place, TOMORROW), quiet)["feed_changed"]
    assert place.feed().count("<item>") == 1 and place.paper.article(0).title in place.feed()


def test_a_nights_steps_may_be_done_twice(place: Place, desk: Desk) -> None:
    """One job an article, however often it is looked at; one report; files as they were."""
    job = night(place)
    listed = desk.listed(job)
    assert desk.listed(job)["entries"] == listed["entries"]
    lines = looked(place, desk, job)
    assert looked(place, desk, job) == lines and len(place.jobs(Kind.RENDER)) == 3
    became = done(place, desk, lines)
    assert outcomes(became) == ["published"] * 3
    assert [line["job"] for line in looked(place, desk, job)] == [line["job"] for line in lines]
    assert all(found.run == 1 and found.is_over for found in place.jobs(Kind.RENDER))
    closed = desk.close(job, quiet)
    before = place.files()
    again = desk.close(job, quiet)
    assert closed["feed_changed"] and not again["feed_changed"] and place.files() == before
    told = desk.report(job, listed, lines, closed)
    text = place.kept(SHOW, DATE, ".txt").read_text(encoding="utf-8")
    assert told["published"] == 3 and told["exit_code"] == 0
    assert desk.report(job, listed, lines, closed) == told and place.kept(SHOW, DATE, ".txt").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("own_first", [True, False])
def test_twins_are_one_episode(place: Place, desk: Desk, *, own_first: bool) -> None:
    """The same text at two addresses in one night, whichever is listed first; in the next night there is nothing to do."""
    other = place.paper.twin(0)
    names = [place.paper.url(0), other]
    place.show(sources=names if own_first else names[::-1])
    lines = whole_night(place, desk)
    assert outcomes(lines) == ["published", "twin"] and lines[0]["id"] == lines[1]["id"] and revisions(place) == [1]
    before = place.feed()
    assert outcomes(whole_night(place, desk, TOMORROW)) == ["unchanged", "unchanged"]
    assert place.feed() == before and revisions(place) == [1]


@pytest.mark.parametrize("through", [whole_night, one_by_one])
@pytest.mark.parametrize("own_first", [True, False])
def test_corrected_twins_are_corrected_once(place: Place, desk: Desk, through: Callable[..., list[Any]], *, own_first: bool) -> None:
    """New or corrected, what stands at both addresses makes one revision and is reported once, however quick the first is."""
    names = [place.paper.url(0), place.paper.twin(0)]
    place.show(sources=names if own_first else names[::-1])
    assert outcomes(through(place, desk, NOW)) == ["published", "twin"]
    place.paper.correct(0)
    assert outcomes(through(place, desk, TOMORROW)) == ["updated", "twin"] and revisions(place) == [2]


def test_a_twin_of_an_editors_article_is_no_second_episode(place: Place, desk: Desk) -> None:
    """An article that somebody puts up under another address while the first is in the making."""
    first, second = submitted(place, place.paper.url(0)), submitted(place, place.paper.twin(0))
    one = desk.take(first, quiet)
    other = desk.take(second, quiet)
    assert one["identity"] == other["identity"]
    assert outcomes([desk.make(first, one, quiet, patient=True), desk.make(second, other, quiet, patient=True)])[0] == "published" and revisions(place) == [1]


def test_what_an_editor_put_up_is_not_put_up_again(place: Place, desk: Desk) -> None:
    """The night waits for the editor's job, which stays in its queue."""
    editors = submitted(place, place.paper.url(1), now=NOW - timedelta(minutes=1))
    lines = looked(place, desk, night(place))
    assert (
        lines[1]["job"] == editors.id
        and lines[1]["title"] == place.paper.article(1).title
        and place.job(editors.id).order.queue is Queue.EDITOR
        and place.job(editors.id).order.parent == ""
    )
    assert len(place.jobs(Kind.RENDER)) == 3


def test_what_people_decided_stands(place: Place, desk: Desk) -> None:
    """A withdrawn article does not come back, a revision that was chosen is not replaced, whatever the newspaper prints."""
    whole_night(place, desk)
    editors = Editors(desk._tools.shows.get(SHOW)[0], place.settings, desk._tools.sources)
    numbers = {place.paper.article(number).title: number for number in range(3)}
    gone, kept = (editors.find(place.paper.article(number).title) for number in (0, 1))
    editors.withdraw(gone, now=NOW, note="", by="Thử", notice=False, progress=quiet)
    (place.home / "sua.html").write_bytes(place.paper.answer(f"/tin/bai-{numbers[kept.title]}.html")[2].replace(b"<p>", "<p>Theo tòa soạn, ".encode(), 1))
    from audiopub.pipeline import Wish

    editors.correct(kept, Wish(by="Thử"), source="sua.html", now=NOW, progress=quiet)
    before = place.feed()
    for number in range(3):
        place.paper.correct(number)
    assert outcomes(whole_night(place, desk, TOMORROW)) == ["withdrawn", "pinned", "updated"]
    assert place.feed() != before and sorted(revisions(place)) == [1, 2, 2]


def test_corrected_pages_are_taken_up(place: Place, desk: Desk) -> None:
    """Only those that changed; what they say now is what is heard."""
    assert outcomes(whole_night(place, desk)) == ["published"] * 3
    last = place.paper.correct(1).paragraphs[-1]
    assert outcomes(whole_night(place, desk, TOMORROW)) == ["unchanged", "updated", "unchanged"]
    scripts = [body for name, body in place.files().items() if name.endswith(".html")]
    assert any(last.encode() in body for body in scripts)


@pytest.mark.parametrize(("wrong", "outcome", "code"), [("gone", "failed", "fetch.status"), ("down", "failed", "fetch.status"), ("no article", "held", "article.")])
def test_the_rest_goes_on(place: Place, wrong: str, outcome: str, code: str) -> None:
    """A page that is not to be had, or holds no article, is named with its reason; the others are published."""
    if wrong == "no article":
        place.paper.spoil(1)
    else:
        place.paper.fail(1, 404 if wrong == "gone" else 500)
    exit_code, nights = place.night()
    report = place.report()
    assert exit_code == 6 and [line["outcome"] for line in report["lines"]] == ["published", outcome, "published"]
    assert report["lines"][1]["code"].startswith(code) and nights[0]["outcome"][outcome] == 1


def test_a_source_that_is_down_changes_nothing(place: Place) -> None:
    """It is reported, nothing is taken away, and the exit code says what it was."""
    place.night()
    before = place.files()
    place.paper.count = 0
    place.show(sources=[place.paper.feed.replace("rss", "tat")])
    exit_code, _ = place.night(now=TOMORROW)
    report = place.report(date=f"{TOMORROW:%Y-%m-%d}")
    assert exit_code == 4 and [line["outcome"] for line in report["failures"]] == ["failed"] and report["failures"][0]["code"].startswith("fetch.")
    assert place.files() == before


def test_a_show_file_that_is_edited_counts_from_the_next_article(place: Place, desk: Desk) -> None:
    """Workers run for weeks."""
    first = made(desk, submitted(place, place.paper.url(0)))
    place.show(engine="espeak")
    second = made(desk, submitted(place, place.paper.url(1)))
    assert [first["voice"], second["voice"]] == ["silent", "espeak"]


def test_site_rules_that_are_edited_count_from_the_next_article(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that parses pages reads them when it starts; it is started anew."""
    monkeypatch.setenv("AUDIOPUB_RULES", str(place.home / "sites"))
    desk = desk_of(place)
    rule = place.home / "sites/bao.toml"
    rule.parent.mkdir()
    first = made(desk, submitted(place, place.paper.url(0)))
    rule.write_text('hosts = ["baothu.example", "127.0.0.1"]\n[[layout]]\nbody = ["article"]\nstrip = ["h2"]\n', encoding="utf-8")
    second = made(desk, submitted(place, place.paper.url(1)))
    heads = [len(place.paper.article(number).headings) for number in (0, 1)]
    found = [catalog(place.settings).find(SHOW, said["id"]) for said in (first, second)]
    chapters = [len(episode.chapters) for episode in found if episode]
    assert heads[0] > 1 and heads[1] > 1 and chapters[0] > chapters[1]


def test_seasons_are_numbered_in_the_order_of_the_list(place: Place, desk: Desk) -> None:
    """Whichever article is ready first."""
    place.show(more='[podcast]\nnumbering = "year"')
    job = night(place)
    lines = looked(place, desk, job)
    done(place, desk, lines[::-1])
    numbers = {episode.title: episode.number for episode in catalog(place.settings).episodes(SHOW)}
    assert [numbers[place.paper.article(number).title] for number in range(3)] == [1, 2, 3]


def test_a_bulletin_that_somebody_is_at_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step asks to be called again; when it may no longer, the rest of the night is closed without it."""
    monkeypatch.setenv("AUDIOPUB_PATIENCE", "0.2")
    place.show("diem-tin", sources=[], more='[bulletin]\nshows = ["ban-tin"]\n[bulletin.editions]\n"tối" = "17:00"')
    desk = desk_of(place)
    made(desk, submitted(place, place.paper.url(0)))
    job = night(place, show="diem-tin")
    identity = episode_id(f"bulletin:diem-tin:{DATE}:tối")
    with locks(place.settings).holding(article_lock("diem-tin", identity)):
        with pytest.raises(TryAgain):
            desk.close(job, quiet, patient=True)
        assert desk.close(job, quiet, patient=False)["bulletins"][0]["code"] == "again.locked"
    assert desk.close(job, quiet, patient=True)["bulletins"][0]["outcome"] == "published"


def test_a_cancelled_article_stands_in_no_twins_way(place: Place, desk: Desk) -> None:
    """Whoever was taken back, parked or lost makes no episode: its other address is an article of its own again."""
    name = place.paper.url(0)
    place.show(sources=[name])
    looked(place, desk, night(place))
    store_of(place.settings).cancel(place.jobs(Kind.RENDER)[0].id)
    place.show(sources=[place.paper.twin(0)])
    assert outcomes(whole_night(place, desk, TOMORROW)) == ["published"]


def test_pages_of_the_same_bytes_keep_their_own_names(place: Place, desk: Desk) -> None:
    """Two files that are alike are two sources."""
    inbox = desk._tools.inbox
    body = place.paper.answer("/tin/bai-0.html")[2]
    pages = []
    for name in ("a.html", "b.html"):
        (place.home / name).write_bytes(body)
        pages.append(desk._tools.sources.page(name))
    keys = [inbox.put(page) for page in pages]
    assert [inbox.get(key).name for key in keys] == ["a.html", "b.html"] and [replace(page, fetched=None) for page in map(inbox.get, keys)] == pages


def test_a_page_of_the_inbox_that_is_gone_holds_the_job(place: Place, desk: Desk) -> None:
    """It is said, and no worker breaks."""
    from audiopub.errors import BadInput

    with pytest.raises(BadInput, match="page"):
        desk._tools.inbox.get("0" * 64)


def test_files_that_vanish_while_a_show_is_read_break_nothing(place: Place, desk: Desk, tmp_path: Path) -> None:
    """Editors' programs put files beside and take them away."""
    (place.home / "feeds/.ban-tin.toml.swp").symlink_to(tmp_path / "nowhere")
    assert made(desk, submitted(place, place.paper.url(0)))["outcome"] == "published"
