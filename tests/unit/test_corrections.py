"""What is done to a published episode: corrected, withdrawn, restored, rolled back, issued anew, kept under embargo; and what apps see of it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from audiopub.adapters.memory import MemoryStore
from audiopub.errors import BadInput, EngineUnavailable, TryAgain
from audiopub.pipeline import Outcome, Result, Studio, Wish, rebuild_feed, release_due, render, restore, rollback, withdraw
from audiopub.publish.archive import kept, kept_page
from audiopub.publish.find import found
from audiopub.publish.model import Act, Edit, Episode, State
from audiopub.publish.notes import notes
from audiopub.source import Page
from audiopub.speech import VoiceChain
from tests.articles import BODY, TITLE, html_page, text_page
from tests.conftest import NOW, make_studio

WRONG, RIGHT = "40 tỷ", "45 tỷ"
LATER = NOW + timedelta(hours=3)


def rendered(studio: Studio, page: Page | None = None, *, now: datetime = NOW, **wish: Any) -> Result:
    return render(studio, page or text_page(), now=now, wish=Wish(**wish), progress=lambda *_: None)


def published(studio: Studio, page: Page | None = None, **wish: Any) -> Episode:
    episode = rendered(studio, page, **wish).episode
    assert episode is not None
    return episode


def corrected_page() -> Page:
    return text_page(BODY[0], BODY[1].replace(WRONG, RIGHT), *BODY[2:])


def present(studio: Studio, episode: Episode) -> Episode:
    kept_now = studio.catalog.find("thu", episode.id)
    assert kept_now is not None
    return kept_now


def files(studio: Studio) -> dict[str, bytes]:
    assert isinstance(studio.store, MemoryStore)
    return studio.store.files


def items(studio: Studio) -> Iterator[tuple[str, str, int, str]]:
    """Give guid, enclosure's file, its length and date of each item of the feed."""
    for item in etree.fromstring(files(studio)["thu/feed.xml"]).iter("item"):
        enclosure = item.find("enclosure")
        assert enclosure is not None
        yield item.findtext("guid") or "", str(enclosure.get("url")).rpartition("/")[2], int(enclosure.get("length") or 0), item.findtext("pubDate") or ""


def whole(studio: Studio) -> None:
    """Every enclosure of the feed is there, with the length it says."""
    for _, name, length, _ in items(studio):
        assert len(files(studio)[f"thu/{name}"]) == length


def test_a_correction_is_told_and_speaks_only_what_changed(studio: Studio) -> None:
    """Same guid and date, new audio; one sentence spoken; the dated line in the notes; the old address has the new sound."""
    first = published(studio)
    before = list(items(studio))
    made = rendered(studio, corrected_page(), now=LATER, episode=first.id, note="Số tiền là 45 tỷ đồng.", by="lan")
    second = made.episode
    assert second is not None and made.made == 1 and made.outcome is Outcome.UPDATED
    after = list(items(studio))
    assert [(guid, date) for guid, _, _, date in before] == [(guid, date) for guid, _, _, date in after]
    assert second.audio != first.audio and files(studio)[f"thu/{first.audio}"] == files(studio)[f"thu/{second.audio}"]
    assert "Đính chính, 23:00 24/11/2026: Số tiền là 45 tỷ đồng." in notes(second, "vi")
    assert "Đính chính, 23:00 24/11/2026: Số tiền là 45 tỷ đồng." in files(studio)[f"thu/{second.file('.html')}"].decode()
    assert [(event.act, event.revision, event.by) for event in second.history] == [(Act.PUBLISHED, 1, ""), (Act.CORRECTED, 2, "lan")]
    whole(studio)


def test_two_corrections_are_both_told(studio: Studio) -> None:
    """A second correction leaves the line of the first."""
    first = published(studio)
    rendered(studio, corrected_page(), now=LATER, episode=first.id, note="Một.")
    again = rendered(studio, text_page(*BODY[:2], BODY[2].replace("92,4%", "92,5%"), *BODY[3:]), now=LATER + timedelta(hours=1), episode=first.id, note="Hai.").episode
    assert again is not None
    text = notes(again, "vi")
    assert text.index("Một.") < text.index("Hai.")


def test_an_edit_lasts(studio: Studio) -> None:
    """What an editor set right is set right again when the same page is rendered at night; a page that was mended itself is fine too."""
    first = published(studio)
    edited = rendered(studio, now=LATER, episode=first.id, edits=(Edit(old=WRONG, new=RIGHT),)).episode
    assert edited is not None and edited.revision == 2
    assert rendered(studio, now=LATER + timedelta(days=1)).outcome is Outcome.UNCHANGED
    assert rendered(studio, corrected_page(), now=LATER + timedelta(days=1)).outcome is Outcome.UNCHANGED
    assert RIGHT in files(studio)[f"thu/{edited.file('.html')}"].decode()


def test_an_edit_touches_nothing_else(studio: Studio) -> None:
    """The newspaper sets the place right itself, in longer words that hold the old ones; the same figure comes up elsewhere; a longer number holds it: none is touched."""
    first = published(studio)
    rendered(studio, now=LATER, episode=first.id, edits=(Edit(old="12,5 km đường", new="12,5 km đường bê tông"), Edit(old=WRONG, new=RIGHT)))
    page = text_page(
        BODY[0], BODY[1].replace("12,5 km đường", "12,5 km đường bê tông").replace(WRONG, RIGHT) + " Năm 2020 là 40 tỷ đồng, năm 2021 là 140 tỷ đồng.", *BODY[2:]
    )
    rendered(studio, page, now=LATER + timedelta(days=1))
    text = files(studio)[f"thu/{first.file('.vtt')}"].decode().replace("\n", " ")
    assert "bê tông bê tông" not in text and "là 40 tỷ" in text and "140 tỷ" in text


def test_an_edit_is_made_once(studio: Studio) -> None:
    """Where the page is still wrong, and the same figure comes up later in the same paragraph, only the place that was meant is set right."""
    first = published(studio)
    rendered(studio, now=LATER, episode=first.id, edits=(Edit(old=WRONG, new=RIGHT),))
    rendered(studio, text_page(BODY[0], BODY[1] + " Năm 2020 là 40 tỷ đồng.", *BODY[2:]), now=LATER + timedelta(days=1))
    text = files(studio)[f"thu/{first.file('.vtt')}"].decode().replace("\n", " ")
    assert "Hơn 45 tỷ" in text and "là 40 tỷ" in text


def test_the_end_of_a_paragraph_is_no_place(studio: Studio) -> None:
    """An edit at the end of a paragraph, with nothing but a full stop behind it, is not made at the end of another."""
    page = text_page(BODY[0], BODY[1] + " Cả xã đã góp 77 tỷ.", *BODY[2:])
    first = published(studio, page)
    rendered(studio, page, now=LATER, episode=first.id, edits=(Edit(old="77 tỷ", new="78 tỷ"),))
    rendered(studio, text_page(BODY[0], BODY[1] + " Cả xã đã góp 78 tỷ.", BODY[2] + " Năm sau cần thêm 77 tỷ.", *BODY[3:]), now=LATER + timedelta(days=1))
    text = files(studio)[f"thu/{first.file('.vtt')}"].decode().replace("\n", " ")
    assert "góp 78 tỷ" in text and "thêm 77 tỷ" in text


def test_an_edit_of_an_html_page(studio: Studio) -> None:
    """Title and lead of a page can be set right, although the page prints them more than once, and words in another Unicode form are found."""
    body = "".join(f"<p>{part}</p>" for part in BODY if part.endswith("."))
    page = html_page(
        f"<h1>{TITLE}</h1><div class='chi-tiet'><p class='sapo'><strong>Cả xã góp 40 tỷ đồng làm đường.</strong></p>{body.replace(WRONG, '39 tỷ')}</div>",
        head=f"<title>{TITLE}</title>",
    )
    first = published(studio, page)
    decomposed = unicodedata.normalize("NFD", "Cả xã góp\u00a040 tỷ")
    done = rendered(studio, page, now=LATER, episode=first.id, edits=(Edit(old=decomposed, new="Cả xã góp 45 tỷ"), Edit(old="sức dân", new="sức người dân"))).episode
    assert done is not None and done.title == TITLE.replace("sức dân", "sức người dân")
    assert "góp 45 tỷ" in files(studio)[f"thu/{done.file('.vtt')}"].decode().replace("\n", " ")


def test_a_corrected_article_is_known_again(studio: Studio) -> None:
    """An article whose text or title was corrected is still the same at a second address: no twin, and none that was withdrawn comes back."""
    first = published(studio)
    second = published(studio, now=LATER, episode=first.id, title="Tít khác hẳn do biên tập viên đặt", edits=(Edit(old=WRONG, new=RIGHT),))
    again = rendered(studio, text_page(name="di-dong.txt"), now=LATER + timedelta(hours=1))
    assert (again.outcome, again.episode and again.episode.title) == (Outcome.UNCHANGED, second.title)
    withdraw(studio, second, now=LATER)
    assert rendered(studio, text_page(name="di-dong.txt"), now=LATER + timedelta(days=1)).outcome is Outcome.WITHDRAWN


def test_a_title_that_a_person_gave_lasts(studio: Studio) -> None:
    """Neither a later edit nor the night run brings the page's own title back."""
    first = published(studio)
    published(studio, now=LATER, episode=first.id, title="Tít đã sửa")
    third = published(studio, now=LATER, episode=first.id, edits=(Edit(old=WRONG, new=RIGHT),))
    assert third.title == "Tít đã sửa" and rendered(studio, now=LATER + timedelta(days=1)).outcome is Outcome.UNCHANGED


def test_what_the_show_says_around_is_no_correction(studio: Studio) -> None:
    """Another name of the show, another opening, another reading by a rule: a new revision, and nothing that listeners are told of."""
    first = published(studio)
    renamed = replace(studio, style=replace(studio.style, opening="Chào bạn, đây là {show}."))
    second = published(renamed, now=LATER)
    assert second.revision == 2 and second.history[-1].act is Act.RENEWED and second.corrections == () and second.corrected is None
    assert "Đã sửa" not in notes(second, "vi") and first.id == second.id


def test_embargo_and_publication_exclude_each_other(studio: Studio) -> None:
    """What is under embargo cannot be issued anew, and what listeners have cannot be put under it."""
    first = published(studio, not_before=NOW + timedelta(hours=10))
    with pytest.raises(BadInput) as mistake:
        rendered(studio, now=LATER, episode=first.id, reissue=True)
    assert mistake.value.code == "act.under_embargo" and list(items(studio)) == []
    other = published(studio, text_page(*BODY[::-1], title="Bài khác", name="khac.txt"))
    with pytest.raises(BadInput) as mistake:
        rendered(studio, text_page(*BODY[::-1], title="Bài khác", name="khac.txt"), now=LATER, not_before=NOW + timedelta(hours=10))
    assert mistake.value.code == "act.published_already" and present(studio, other).revision == 1


def test_a_notice_without_a_voice(studio: Studio) -> None:
    """Where no voice can say the notice, the page says it, the audio is gone, and nothing that was withdrawn stays."""
    episode = published(studio)
    gone, _ = withdraw(replace(studio, chain=VoiceChain(["silent"], failing_engine)), episode, now=LATER, notice=True)
    assert gone.settled and f"thu/{episode.audio}" not in files(studio) and f"thu/{episode.file('.vtt')}" not in files(studio)
    assert "Bài đã được gỡ" in files(studio)[f"thu/{episode.file('.html')}"].decode()


def failing_engine(_name: str) -> Any:
    raise EngineUnavailable("speech.no_sound", engine="silent", text="")


def test_a_damaged_archive_makes_no_half_acts(studio: Studio) -> None:
    """A kept audio that was cut is not brought back: neither restore nor rollback touches anything."""
    assert isinstance(studio.archive, MemoryStore)
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    key = next(key for key in studio.archive.files if key.endswith(first.audio))
    studio.archive.files[key] = studio.archive.files[key][:-10]
    before = dict(files(studio))
    with pytest.raises(BadInput):
        rollback(studio, second, 1, now=LATER)
    assert files(studio) == before and not present(studio, second).half_done
    gone, _ = withdraw(studio, second, now=LATER)
    key = next(key for key in studio.archive.files if key.endswith(second.audio))
    studio.archive.files[key] = b""
    before = dict(files(studio))
    with pytest.raises(BadInput):
        restore(studio, gone, now=LATER)
    assert files(studio) == before


class Stopping(MemoryStore):
    """A store in which the n-th put fails."""

    left = -1

    def put(self, key: str, body: Any) -> bool:
        self.left -= 1
        if self.left == 0:
            raise TryAgain("again.disk_full", path=key)
        return super().put(key, body)


@pytest.mark.parametrize("at", [1, 4, 9])
def test_an_act_that_breaks_off_is_undone_by_the_next_run(at: int) -> None:
    """A rollback or a restoration that stops among its files leaves, after the next run, what was there before it."""
    store = Stopping()
    studio = replace(make_studio(), store=store)
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    before = dict(store.files)
    store.left = at
    with pytest.raises(TryAgain):
        rollback(studio, second, 1, now=LATER)
    store.left = -1
    rebuild_feed(studio)
    assert store.files == before
    gone, _ = withdraw(studio, present(studio, second), now=LATER)
    before = dict(store.files)
    store.left = at
    with pytest.raises(TryAgain):
        restore(studio, gone, now=LATER)
    store.left = -1
    rebuild_feed(studio)
    assert store.files == before


def test_an_old_episode_can_be_withdrawn_and_come_back(studio: Studio) -> None:
    """An episode that lacks files an older audiopub did not write is withdrawn whole and comes back with what it had."""
    episode = published(studio)
    for suffix in (".segments.json", ".svg", ".oembed.json", ".embed.html"):
        del files(studio)[f"thu/{episode.file(suffix)}"]
    before = dict(files(studio))
    gone, _ = withdraw(studio, episode, now=LATER)
    restore(studio, gone, now=LATER)
    assert files(studio) == before
    whole(studio)


def test_a_reissue_and_a_rollback_are_told(studio: Studio) -> None:
    """The note of a reissue stands in the notes; a rollback takes the line of what it took back, and says that it was."""
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id, note="Số đúng là 45 tỷ.")
    back, _ = rollback(studio, second, 1, now=LATER + timedelta(hours=1))
    assert "45 tỷ" not in notes(back, "vi") and "Đã quay về bản trước lúc 00:00 25/11/2026." in notes(back, "vi")
    again = published(studio, corrected_page(), now=LATER + timedelta(hours=2), episode=first.id, reissue=True, note="Phát hành lại vì sai tên.")
    assert "Phát hành lại vì sai tên." in notes(again, "vi")


def test_what_was_never_public_does_not_come_back(studio: Studio) -> None:
    """A revision that was replaced under embargo is not what a rollback publishes."""
    until = NOW + timedelta(hours=10)
    first = published(studio, not_before=until)
    rendered(studio, corrected_page(), now=LATER, not_before=until, episode=first.id)
    release_due(studio, until)
    with pytest.raises(BadInput):
        rollback(studio, present(studio, first), 1, now=until)


def test_a_correction_from_a_file_keeps_what_the_file_does_not_say(studio: Studio) -> None:
    """Address, author and section of the newspaper's page stay, and the names by which lexicon entries mean the article."""
    head = '<link rel="canonical" href="https://bao.example/bai-1.html"><meta property="article:section" content="Kinh tế"><meta name="author" content="Nguyễn Văn Ổi">'
    page = html_page(f"<h1>{TITLE}</h1><div>" + "".join(f"<p>{part}</p>" for part in BODY) + "</div>", head=head)
    first = published(studio, page, source_id="MA-1")
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    assert (second.article_url, second.section, second.author) == (first.article_url, "Kinh tế", first.author)
    assert set(first.identities) <= set(second.identities) and "MA-1" in second.identities


@pytest.mark.parametrize(("old", "code"), [("41 tỷ", "correct.no_such_text"), ("đường", "correct.text_twice")])
def test_an_edit_names_one_place(studio: Studio, old: str, code: str) -> None:
    """An edit whose text is not there, or there more than once, is refused, and nothing changes."""
    first = published(studio)
    before = dict(files(studio))
    with pytest.raises(BadInput) as mistake:
        rendered(studio, now=LATER, episode=first.id, edits=(Edit(old=old, new="x"),))
    assert mistake.value.code == code
    assert files(studio) == before


def test_the_page_is_kept_to_be_read_again(studio: Studio) -> None:
    """The page an episode was made from can be had again without its source."""
    episode = published(studio)
    assert kept_page(episode, studio.archive) == replace(text_page(), fetched=None)


def test_a_withdrawn_episode_leaves_nothing(studio: Studio) -> None:
    """Feed, pages, audio, former audio, transcripts: all gone, each with the mark for 410; the history says who and why."""
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    other = published(studio, text_page(*BODY[::-1], title="Bài khác", name="khac.txt"))
    gone, rebuilt = withdraw(studio, second, now=LATER, note="sai tên", by="minh")
    assert [guid for guid, *_ in items(studio)] == [other.guid] and rebuilt.changed
    left = [key for key in files(studio) if second.id[:6] in key]
    assert left and all(key.endswith(".gone") for key in left)
    assert {f"thu/{name}.gone" for name in (first.audio, second.audio, *second.files)} == set(left)
    assert TITLE_OF(second) not in files(studio)["thu/index.html"].decode()
    assert gone.state is State.WITHDRAWN and gone.settled
    assert (gone.history[-1].act, gone.history[-1].note, gone.history[-1].by) == (Act.WITHDRAWN, "sai tên", "minh")


def TITLE_OF(episode: Episode) -> str:  # noqa: N802
    return episode.title


def test_the_night_does_not_bring_a_withdrawn_episode_back(studio: Studio) -> None:
    """Rendering the article again leaves it withdrawn and speaks nothing."""
    episode = published(studio)
    withdraw(studio, episode, now=LATER)
    before = dict(files(studio))
    again = rendered(studio, corrected_page(), now=LATER + timedelta(days=1))
    assert (again.outcome, again.made, files(studio)) == (Outcome.WITHDRAWN, 0, before)


def test_a_notice_says_only_that_it_was_withdrawn(studio: Studio) -> None:
    """With a notice, page and audio answer, former audio too, and none of them says what the article said."""
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    withdraw(studio, second, now=LATER, notice=True)
    page = files(studio)[f"thu/{second.file('.html')}"].decode()
    assert "Bài đã được gỡ" in page and second.title not in page and "tỷ" not in page
    sound = files(studio)[f"thu/{second.audio}"]
    assert sound[:3] == b"ID3" and files(studio)[f"thu/{first.audio}"] == sound
    assert second.title.encode() not in sound
    assert f"thu/{second.file('.vtt')}" not in files(studio)


@pytest.mark.parametrize("notice", [True, False])
def test_restoring_undoes_a_withdrawal(studio: Studio, *, notice: bool) -> None:
    """After restore every file and the feed are what they were."""
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    before = dict(files(studio))
    withdraw(studio, second, now=LATER, notice=notice)
    back, _ = restore(studio, present(studio, second), now=LATER, by="minh")
    assert files(studio) == before
    assert [event.act for event in back.history] == [Act.PUBLISHED, Act.CORRECTED, Act.WITHDRAWN, Act.RESTORED]
    whole(studio)


def test_acts_that_make_no_sense_are_refused(studio: Studio) -> None:
    """Withdrawing twice, restoring what is there, rolling back to what never was: each refused with its reason."""
    episode = published(studio)
    for act, code in (
        (lambda: restore(studio, episode, now=NOW), "act.not_withdrawn"),
        (lambda: rollback(studio, episode, 1, now=NOW), "act.not_kept"),
        (lambda: rollback(studio, episode, 7, now=NOW), "act.not_kept"),
    ):
        with pytest.raises(BadInput) as mistake:
            act()
        assert mistake.value.code == code
    gone, _ = withdraw(studio, episode, now=NOW)
    for act, code in ((lambda: withdraw(studio, gone, now=NOW), "act.withdrawn_already"), (lambda: rollback(studio, gone, 1, now=NOW), "act.not_published")):
        with pytest.raises(BadInput) as mistake:
            act()
        assert mistake.value.code == code


def test_a_rollback_publishes_the_earlier_revision(studio: Studio) -> None:
    """The former sound and texts are back under the same guid as a new revision; the newer address has the old sound now."""
    first = published(studio)
    before = dict(files(studio))
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    back, _ = rollback(studio, second, 1, now=LATER + timedelta(hours=1), by="minh")
    assert (back.revision, back.guid, back.audio, back.pinned) == (3, first.guid, first.audio, True)
    for name in (first.audio, *(name for name in first.files if not name.endswith(".html"))):
        assert files(studio)[f"thu/{name}"] == before[f"thu/{name}"], name
    assert files(studio)[f"thu/{second.audio}"] == before[f"thu/{first.audio}"]
    assert "40 tỷ" in files(studio)[f"thu/{back.file('.html')}"].decode()
    whole(studio)
    again = rendered(studio, corrected_page(), now=LATER + timedelta(days=1))
    assert again.outcome is Outcome.PINNED and present(studio, back).revision == 3
    fourth = published(studio, corrected_page(), now=LATER + timedelta(days=2), episode=first.id)
    assert (fourth.revision, fourth.pinned) == (4, False)
    whole(studio)


def test_every_revision_is_kept(studio: Studio) -> None:
    """After three corrections each former revision can come back."""
    first = published(studio)
    for number, figure in enumerate(("41 tỷ", "42 tỷ", "43 tỷ"), start=1):
        published(studio, text_page(BODY[0], BODY[1].replace(WRONG, figure), *BODY[2:]), now=NOW + timedelta(hours=number), episode=first.id)
    last = present(studio, first)
    for revision, figure in ((1, WRONG), (2, "41 tỷ"), (3, "42 tỷ")):
        assert kept(last, revision, studio.archive) is not None
        back, _ = rollback(studio, present(studio, first), revision, now=LATER)
        assert figure in files(studio)[f"thu/{back.file('.vtt')}"].decode()
        whole(studio)


def test_a_reissue_is_a_new_episode(studio: Studio) -> None:
    """New guid, date, audio address and title; the old guid is gone from the feed, the old addresses have the new sound."""
    first = published(studio)
    again = rendered(studio, corrected_page(), now=LATER, episode=first.id, reissue=True, note="Sai tên người.").episode
    assert again is not None
    [(guid, name, _, date)] = items(studio)
    assert guid == again.guid != first.guid and name != first.audio and "23:00:00" in date
    assert again.title == f"{first.title} (đính chính)" and again.issue == 2
    assert files(studio)[f"thu/{first.audio}"] == files(studio)[f"thu/{again.audio}"]
    third = rendered(studio, now=LATER + timedelta(hours=1), episode=first.id).episode
    assert third is not None and (third.guid, third.published, third.title) == (again.guid, again.published, again.title)
    whole(studio)


def test_a_reissue_without_changes_is_one_all_the_same(studio: Studio) -> None:
    """Whoever asks for a new guid gets it, even where no word changed."""
    first = published(studio)
    again = rendered(studio, now=LATER, episode=first.id, reissue=True).episode
    assert again is not None and again.guid != first.guid
    whole(studio)


def test_an_embargoed_episode_is_nowhere_until_its_time(studio: Studio) -> None:
    """Before its time no file and no item tells of it; at its time it is published whole, dated then."""
    until = NOW + timedelta(hours=10)
    made = rendered(studio, not_before=until)
    assert made.outcome is Outcome.EMBARGOED and made.episode is not None
    assert not [key for key in files(studio) if made.episode.id[:6] in key]
    assert list(items(studio)) == []
    assert rendered(studio, now=NOW + timedelta(hours=1), not_before=until).outcome is Outcome.UNCHANGED
    assert release_due(studio, until - timedelta(seconds=1)) == ()
    assert [episode.id for episode in release_due(studio, until)] == [made.episode.id]
    rebuild_feed(studio)
    [(guid, _, _, date)] = items(studio)
    assert guid == made.episode.guid and date.startswith("Wed, 25 Nov 2026 06:00:00")
    assert [event.act for event in present(studio, made.episode).history] == [Act.EMBARGOED, Act.PUBLISHED]
    whole(studio)


def test_an_embargoed_episode_can_still_be_changed(studio: Studio) -> None:
    """A change before its time is no correction that listeners are told of; moving the time moves the date."""
    until = NOW + timedelta(hours=10)
    first = published(studio, not_before=until)
    rendered(studio, corrected_page(), now=LATER, not_before=until + timedelta(hours=1), episode=first.id)
    assert release_due(studio, until) == ()
    release_due(studio, until + timedelta(hours=1))
    rebuild_feed(studio)
    episode = present(studio, first)
    assert (episode.state, episode.corrections, episode.published) == (State.PUBLISHED, (), until + timedelta(hours=1))
    assert RIGHT in files(studio)[f"thu/{episode.file('.vtt')}"].decode()
    whole(studio)


def test_a_withdrawn_embargo_stays_inside(studio: Studio) -> None:
    """An episode withdrawn before its time is not published at it; restored before it, it waits again."""
    until = NOW + timedelta(hours=10)
    episode = published(studio, not_before=until)
    withdraw(studio, episode, now=NOW)
    assert release_due(studio, until) == ()
    back, _ = restore(studio, present(studio, episode), now=NOW)
    assert back.state is State.EMBARGOED
    assert len(release_due(studio, until)) == 1


def test_finding_an_episode(studio: Studio) -> None:
    """An episode is found by id, its beginning, guid, file, address or words of its title; what fits none or several is said."""
    first = published(studio)
    published(studio, text_page(*BODY[::-1], title="Xã Bản Cũ mở chợ", name="khac.txt"))
    for name in (first.id, first.id[:5], first.guid, first.audio, f"http://127.0.0.1:8000/thu/{first.file('.html')}", "sức dân"):
        assert found(studio.channel, studio.catalog, name).id == first.id
    for name, code in (("Không có", "act.no_episode"), ("Xã Bản", "act.several_episodes"), ("", "act.no_episode")):
        with pytest.raises(BadInput) as mistake:
            found(studio.channel, studio.catalog, name)
        assert mistake.value.code == code


def test_other_forms_of_the_audio_are_turned_too() -> None:
    """A former Opus address does not keep the mistake."""
    pytest.importorskip("av")
    from audiopub.adapters.other_formats import AvEncoder

    studio = replace(make_studio(), others=(AvEncoder("opus", 32),))
    first = published(studio)
    second = published(studio, corrected_page(), now=LATER, episode=first.id)
    assert first.alternates[0].file != second.alternates[0].file
    assert files(studio)[f"thu/{first.alternates[0].file}"] == files(studio)[f"thu/{second.alternates[0].file}"]
    withdraw(studio, second, now=LATER)
    assert f"thu/{first.alternates[0].file}" not in files(studio)
