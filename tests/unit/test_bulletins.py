"""Bulletins: what they choose, say and link to; that they keep up with their articles."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from audiopub.adapters.memory import MemoryStore
from audiopub.errors import BadInput, FeedInvalid
from audiopub.pipeline import BulletinPlan, Outcome, Studio, Wish, bulletin, left_empty, remake, render, restore, stale_bulletins, withdraw
from audiopub.publish.model import Act, Episode, State
from audiopub.publish.selection import Selection
from audiopub.script import Form, SegmentKind, Style
from tests.articles import BODY, text_page
from tests.conftest import NOW, make_channel, make_studio
from tests.sounds import tone_jingles

LEAD = "Sáu xã vùng cao cùng làm đường trong một mùa khô, mỗi xã một cách."
TITLES = ("Xã Bản Một mở chợ phiên", "Xã Bản Hai trồng chè sạch", "Xã Bản Ba làm đường mới")


def plan(**wishes: Any) -> BulletinPlan:
    wanted: dict[str, Any] = {
        "selection": Selection(shows=("thu",)), "form": Form.LEADS, "hours": 24, "limit": 5, "minutes": 30, "title": "{show}: {edition} {date}",
        "opening": "{show}, {edition}, ngày {date}. Có {count} tin.", "closing": "{show} đến đây là hết.", "editions": (("sáng", "04:00"), ("tối", "17:00")),
    }  # fmt: skip
    return BulletinPlan(**{**wanted, **wishes})


def body_of(number: int) -> list[str]:
    """Give the text of one of the articles; its headings are as they are."""
    return [paragraph.replace("xã", f"xã thứ {number}") + (f" Đây là bài {TITLES[number]}." if paragraph.endswith(".") else "") for paragraph in BODY]


@pytest.fixture
def shows() -> tuple[Studio, Studio]:
    """Give a show with three articles, an hour between them, and a show for bulletins that shares its stores."""
    articles = make_studio()
    for number, title in enumerate(TITLES):
        render(articles, text_page(*body_of(number), title=title, name=f"{number}.txt"), now=NOW - timedelta(hours=3 - number), progress=lambda *_: None)
    return articles, replace(articles, channel=make_channel("diem-tin"), style=Style(show="Điểm tin"))


def made(studio: Studio, now: datetime = NOW, wanted: BulletinPlan | None = None, **wishes: Any):
    return bulletin(studio, wanted or plan(), now=now, progress=lambda *_: None, **wishes)


def article(shows: tuple[Studio, Studio], place: int) -> Episode:
    return next(episode for episode in shows[0].catalog.episodes("thu") if episode.title == TITLES[place])


def test_a_bulletin_tells_the_newest_first(shows: tuple[Studio, Studio]) -> None:
    """Opening with date and edition, each article a chapter linked to its page, in the words that were published, then the closing."""
    episode = made(shows[1]).episode
    assert episode is not None
    assert [chapter.title for chapter in episode.chapters] == ["Mở đầu", *TITLES[::-1]]
    pages = [None, *(f"http://127.0.0.1:8000/thu/{article(shows, place).file('.html')}" for place in (2, 1, 0))]
    assert [chapter.url for chapter in episode.chapters] == pages
    assert episode.title == "Bản tin thử: tối 24/11/2026" and episode.edition == "2026-11-24 tối"
    assert isinstance(shows[1].store, MemoryStore)
    text = shows[1].store.files[f"diem-tin/{episode.file('.vtt')}"].decode()
    assert "Bản tin thử, tối, ngày 24/11/2026." in text and "Có 3 tin." in text and "đến đây là hết" in text
    feed = etree.fromstring(shows[1].store.files["diem-tin/feed.xml"])
    marks = [mark.get("href") for mark in feed.iter("{http://podlove.org/simple-chapters}chapter")]
    assert marks == pages


def test_nothing_is_spoken_twice(shows: tuple[Studio, Studio]) -> None:
    """What the articles said comes from the cache: only the words around them and the headlines' own are new."""
    result = made(shows[1], wanted=plan(form=Form.FULL))
    around = [segment for segment in result.script.segments if segment.kind in {SegmentKind.OPENING, SegmentKind.CLOSING}]
    assert 0 < result.made <= len(around)
    assert made(shows[1], wanted=plan(form=Form.FULL)).made == 0


@pytest.mark.parametrize(("form", "kinds"), [
    (Form.HEADLINES, {SegmentKind.HEADING}), (Form.LEADS, {SegmentKind.HEADING, SegmentKind.SENTENCE}), (Form.FULL, {SegmentKind.HEADING, SegmentKind.SENTENCE}),
])  # fmt: skip
def test_forms(shows: tuple[Studio, Studio], form: Form, kinds: set[SegmentKind]) -> None:
    """Headlines only, headlines with one sentence, or all of each article; whole articles have their own headings inside their chapter."""
    script = made(shows[1], wanted=plan(form=form)).script
    told = [segment for segment in script.segments if segment.section]
    assert {segment.kind for segment in told if segment.kind is not SegmentKind.CLOSING} == kinds
    count = {Form.HEADLINES: 3, Form.LEADS: 6}.get(form)
    body = [segment for segment in told if segment.kind is not SegmentKind.CLOSING]
    assert len(body) == count if count else len([segment for segment in body if segment.kind is SegmentKind.HEADING]) == 9


def test_a_bulletin_is_chosen_once(shows: tuple[Studio, Studio]) -> None:
    """Made again on the same day it is unchanged, also where a new article came; a refresh takes that in."""
    first = made(shows[1]).episode
    render(shows[0], text_page(*(paragraph + " Bài thêm." for paragraph in BODY[::-1]), title="Bài đến sau", name="sau.txt"), now=NOW, progress=lambda *_: None)
    again = made(shows[1], now=NOW + timedelta(minutes=30))
    assert first is not None and again.outcome is Outcome.UNCHANGED and again.made == 0
    fresh = made(shows[1], now=NOW + timedelta(hours=1), fresh=True)
    assert fresh.outcome is Outcome.UPDATED and fresh.script.headings[0] == "Bài đến sau"
    assert fresh.episode is not None and (fresh.episode.guid, fresh.episode.published) == (first.guid, first.published)


def test_editions_of_a_day_are_episodes_of_their_own(shows: tuple[Studio, Studio]) -> None:
    """The edition that began last counts; before the first of a day it is the last of the day before."""
    assert [plan().edition_at(NOW.replace(hour=hour))[0] for hour in (0, 3, 4, 16, 17, 23)] == ["tối", "tối", "sáng", "sáng", "tối", "tối"]
    assert [plan().edition_at(NOW.replace(hour=hour))[1].day for hour in (0, 3, 4, 23)] == [23, 23, 24, 24]
    evening, morning = made(shows[1]).episode, made(shows[1], edition="sáng").episode
    assert evening is not None and morning is not None and evening.id != morning.id
    with pytest.raises(BadInput) as mistake:
        made(shows[1], edition="trưa")
    assert mistake.value.code == "bulletin.no_edition" and "sáng, tối" in mistake.value.sentence("vi")


def test_limits(shows: tuple[Studio, Studio]) -> None:
    """Number, age and real length are kept; articles are left out from the end."""
    assert made(shows[1], wanted=plan(limit=2), dry=True).script.headings == TITLES[:0:-1]
    assert made(shows[1], wanted=plan(hours=2), dry=True).script.headings == TITLES[:0:-1]
    whole = made(shows[1], wanted=plan(form=Form.FULL), edition="sáng").episode
    assert whole is not None and whole.duration > 60_000
    short = made(shows[1], wanted=plan(form=Form.FULL, minutes=1)).episode
    assert short is not None and short.duration <= 60_000 < whole.duration
    assert len(short.parts) == 1  # one whole article is longer: it is told in short rather than not at all
    with pytest.raises(BadInput) as mistake:
        made(shows[1], wanted=plan(hours=1), now=NOW + timedelta(days=3))
    assert mistake.value.code == "bulletin.nothing"


def test_what_must_not_be_told_is_not(shows: tuple[Studio, Studio]) -> None:
    """Withdrawn and embargoed articles, other bulletins, and the same article of a second show are left out."""
    withdraw(shows[0], article(shows, 2), now=NOW)
    hidden = text_page(*(paragraph + " Chưa đến giờ." for paragraph in BODY), title="Chưa đến giờ", name="hen.txt")
    render(shows[0], hidden, now=NOW, wish=Wish(not_before=NOW + timedelta(hours=5)), progress=lambda *_: None)
    twin = replace(shows[0], channel=make_channel("ban-sao"))
    render(twin, text_page(*body_of(1), title=TITLES[1], name="sao.txt"), now=NOW, progress=lambda *_: None)
    made(shows[1])
    both = plan(selection=Selection(shows=("thu", "ban-sao", "diem-tin")))
    assert made(shows[1], wanted=both, edition="sáng", dry=True).script.headings == (TITLES[1], TITLES[0])


def test_a_corrected_article_is_corrected_in_its_bulletins(shows: tuple[Studio, Studio]) -> None:
    """Made again after a correction, the bulletin says the right word under its own guid, and its history says so."""
    first = made(shows[1], wanted=plan(form=Form.FULL)).episode
    assert first is not None
    wrong = article(shows, 0)
    body = [paragraph.replace("40 tỷ", "45 tỷ") for paragraph in body_of(0)]
    render(shows[0], text_page(*body, title=TITLES[0], name="0.txt"), now=NOW, wish=Wish(episode=wrong.id), progress=lambda *_: None)
    [found] = stale_bulletins(shows[1].catalog, "diem-tin")
    again = remake(shows[1], plan(form=Form.FULL), found, now=NOW + timedelta(hours=1), wish=Wish(), progress=lambda *_: None).episode
    assert again is not None and (again.guid, again.revision, again.history[-1].act) == (first.guid, 2, Act.CORRECTED)
    assert isinstance(shows[1].store, MemoryStore)
    text = shows[1].store.files[f"diem-tin/{again.file('.vtt')}"].decode()
    assert "45 tỷ" in text and "40 tỷ đồng được huy động" not in text.replace("\n", " ").split(TITLES[0])[-1]


def test_a_withdrawn_article_leaves_its_bulletins(shows: tuple[Studio, Studio]) -> None:
    """Made again after a withdrawal, the bulletin no longer tells the article; without any article left it says so."""
    made(shows[1])
    withdraw(shows[0], article(shows, 1), now=NOW)
    [found] = stale_bulletins(shows[1].catalog, "diem-tin")
    again = remake(shows[1], plan(), found, now=NOW, wish=Wish(), progress=lambda *_: None)
    assert again.script.headings == (TITLES[2], TITLES[0])
    for place in (0, 2):
        withdraw(shows[0], article(shows, place), now=NOW)
    assert again.episode is not None
    with pytest.raises(BadInput):
        remake(shows[1], plan(), again.episode, now=NOW, wish=Wish(), progress=lambda *_: None)
    left_empty(shows[1], again.episode, now=NOW)
    assert stale_bulletins(shows[1].catalog, "diem-tin") == ()
    restore(shows[0], article(shows, 1), now=NOW)
    [empty] = stale_bulletins(shows[1].catalog, "diem-tin")
    back = remake(shows[1], plan(), empty, now=NOW, wish=Wish(), progress=lambda *_: None)
    assert back.script.headings == (TITLES[1],) and back.episode is not None and back.episode.state is State.PUBLISHED
    assert stale_bulletins(shows[1].catalog, "diem-tin") == ()


def test_a_bulletin_that_a_person_withdrew_stays_so(shows: tuple[Studio, Studio]) -> None:
    """What an editor took out is neither made again nor stale, whatever becomes of its articles."""
    episode = made(shows[1]).episode
    assert episode is not None
    withdraw(shows[1], episode, now=NOW, by="lan")
    withdraw(shows[0], article(shows, 1), now=NOW)
    assert stale_bulletins(shows[1].catalog, "diem-tin") == ()
    assert made(shows[1]).outcome is Outcome.WITHDRAWN


def test_after_midnight_it_is_still_yesterdays_evening(shows: tuple[Studio, Studio]) -> None:
    """Made at half past midnight, the evening's bulletin bears yesterday's date, and the coming evening's is another one."""
    late = made(shows[1], now=NOW.replace(hour=0, minute=30) + timedelta(days=1)).episode
    assert late is not None and late.title.endswith("tối 24/11/2026")
    evening = made(shows[1], now=NOW + timedelta(hours=22), wanted=plan(hours=72)).episode
    assert evening is not None and evening.id != late.id and evening.title.endswith("tối 25/11/2026")


def test_an_article_whose_record_is_lost_is_not_dropped(shows: tuple[Studio, Studio]) -> None:
    """A bulletin does not silently tell less: it says what is missing, and is made when that is back."""
    assert isinstance(shows[0].store, MemoryStore)
    record = f"thu/{article(shows, 1).file('.json')}"
    body = shows[0].store.files.pop(record)
    with pytest.raises(FeedInvalid):
        made(shows[1])
    shows[0].store.files[record] = body
    assert len(made(shows[1]).script.headings) == 3


def test_the_chime_stands_between_articles_only(shows: tuple[Studio, Studio]) -> None:
    """A bulletin's earcon is heard before each article, and not before the headings inside it."""
    studio = replace(shows[1], jingles=tone_jingles, jingle_key="chuong")
    episode = made(studio, wanted=plan(form=Form.FULL)).episode
    assert episode is not None and isinstance(studio.store, MemoryStore)
    record = studio.store.files[f"diem-tin/{episode.file('.json')}"].decode()
    assert record.count('"kind": "jingle"') == 3
