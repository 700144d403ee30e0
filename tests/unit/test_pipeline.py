"""The use case: what is made, what is left alone, what never moves."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from audiopub.adapters.memory import MemoryCache, MemoryStore
from audiopub.adapters.mp3 import LameEncoder
from audiopub.audio import Pcm, resampled
from audiopub.engines.silent import SilentEngine
from audiopub.errors import BadInput, EngineUnavailable, SpeechFailed
from audiopub.pipeline import Jingles, Outcome, Result, Studio, Wish, plan, render
from audiopub.publish.page import ASSETS
from audiopub.script import SegmentKind
from audiopub.source import Page
from audiopub.speech import Engine, SecondVoice, VoiceChain
from audiopub.units import Hertz
from tests.articles import BODY, TITLE, html_page, text_page
from tests.conftest import NOW, make_studio


def rendered(studio: Studio, page: Page | None = None, **wishes) -> Result:
    now = wishes.pop("now", NOW)
    return render(studio, page or text_page(), now=now, wish=Wish(**wishes), progress=lambda *_: None)


def files(studio: Studio) -> dict[str, bytes]:
    assert isinstance(studio.store, MemoryStore)
    return studio.store.files


def test_first_render_publishes_every_file(studio: Studio) -> None:
    """An episode is published with audio, two transcripts, chapters, script, record, card and page, and a feed."""
    episode = rendered(studio).episode
    assert episode is not None
    shared = ("feed.xml", "index.html", "410.html", "cover.jpg", "cover-small.jpg", *ASSETS)
    assert {f"thu/{name}" for name in (*episode.files, episode.audio, *shared)} == set(files(studio))


def test_chapters_are_the_headings(studio: Studio) -> None:
    """Each heading is a chapter; what stands before the first is one of its own."""
    episode = rendered(studio).episode
    assert episode is not None
    assert [chapter.title for chapter in episode.chapters] == ["Mở đầu", BODY[0], BODY[3]]


def test_a_tables_notice_names_its_caption(studio: Studio) -> None:
    """A table of figures is one notice, with the caption that stands with it, before or after; without one, a plain notice."""
    rows = "<tr><td>Xã</td><td>Km</td></tr><tr><td>Bản Mới</td><td>12,5</td></tr><tr><td>Bản Cũ</td><td>3</td></tr>"
    text = "".join(f"<p>{part}</p>" for part in BODY if len(part) > 100) * 2
    for table, notice in (
        (f"<table><caption>Đường đã làm</caption>{rows}</table>", "Bảng số liệu: Đường đã làm, mời xem trên báo điện tử."),
        (f"<div><table>{rows}</table><p>Đường đã làm</p></div>", "Bảng số liệu: Đường đã làm, mời xem trên báo điện tử."),
        (f"<table>{rows}</table>", "Bảng số liệu, mời xem trên báo điện tử."),
    ):
        script = rendered(studio, html_page(f"<h1>{TITLE}</h1><div>{text}{table}{text}</div>", name=notice)).script
        assert [segment.written for segment in script.segments if segment.kind is SegmentKind.NOTICE] == [notice]
        assert not any("Bản Cũ" in segment.written for segment in script.segments)


def test_title_is_said_once(studio: Studio) -> None:
    """However often a page prints its title, the voice says it once."""
    page = html_page(f"<h1>{TITLE}</h1><div><p>{TITLE}</p>" + "".join(f"<p>{text}</p>" for text in BODY) + "</div>", head=f"<title>{TITLE}</title>")
    script = rendered(studio, page).script
    assert [segment.kind for segment in script.segments if segment.written == TITLE] == [SegmentKind.TITLE]


def test_unchanged_article_costs_nothing(studio: Studio) -> None:
    """A second run asks no engine and leaves every byte as it is."""
    rendered(studio)
    before = dict(files(studio))
    again = rendered(studio, now=NOW + timedelta(days=1))
    assert (again.outcome, again.made, again.feed_changed) == (Outcome.UNCHANGED, 0, False)
    assert files(studio) == before


def test_correction_keeps_identity(studio: Studio) -> None:
    """A corrected article is the same episode: same guid, date and page; new audio; the old address has the new sound."""
    first = rendered(studio).episode
    corrected = text_page(BODY[0], BODY[1].replace("40 tỷ", "45 tỷ"), *BODY[2:])
    second = rendered(studio, corrected, now=NOW + timedelta(hours=3))
    assert first and second.episode
    assert second.outcome is Outcome.UPDATED
    assert (second.episode.guid, second.episode.published, second.episode.name) == (first.guid, first.published, first.name)
    assert second.episode.audio != first.audio
    assert files(studio)[f"thu/{first.audio}"] == files(studio)[f"thu/{second.episode.audio}"]
    assert second.made == 1, "only the changed sentence is spoken again"


OTHER = tuple(text.replace("xã", "huyện").replace("đường", "cầu") for text in BODY)


def test_one_text_at_two_addresses_is_one_episode(studio: Studio) -> None:
    """The same title and the same paragraphs under a second address give the episode that is there, not another one."""
    one = rendered(studio, text_page(name="a.txt")).episode
    again = rendered(studio, text_page(name="b.txt"))
    assert one and again.episode
    assert (again.episode.id, again.outcome) == (one.id, Outcome.UNCHANGED)


def test_a_daily_report_with_new_figures_is_another_episode(studio: Studio) -> None:
    """Reports of the same title whose paragraphs differ in their figures are not one article."""
    one = rendered(studio, text_page(*BODY, name="a.txt")).episode
    other = rendered(studio, text_page(*(text.replace("40 tỷ", "41 tỷ").replace("92,4", "93,1").replace("chủ nhật", "thứ bảy") for text in BODY), name="b.txt")).episode
    assert one and other and one.id != other.id


def test_identity_is_not_the_title(studio: Studio) -> None:
    """Two articles of one title are two episodes; an article with another title stays one."""
    one = rendered(studio, text_page(name="a.txt")).episode
    other = rendered(studio, text_page(*OTHER, name="b.txt")).episode
    renamed = rendered(studio, text_page(title="Tít khác hẳn của bài báo", name="a.txt")).episode
    assert one and other and renamed
    assert one.id != other.id
    assert (renamed.id, renamed.guid) == (one.id, one.guid)


@pytest.mark.parametrize("title", ["Bàn việc làm đường", "Bán việc làm đường", "🎉🎉🎉 日本"], ids=["ban`", "ban'", "emoji"])
def test_file_names_are_ascii(studio: Studio, title: str) -> None:
    """Whatever the title, names of files are plain ASCII and unlike those of another article."""
    episode = rendered(studio, text_page(title=title, name=title)).episode
    assert episode is not None
    assert episode.name.isascii() and " " not in episode.name and episode.id[:6] in episode.name


def test_future_date_is_not_given_out(studio: Studio) -> None:
    """A page dated ahead is dated now: apps hide episodes of the future."""
    page = html_page(
        f"<h1>{TITLE}</h1>" + "".join(f"<p>{text}</p>" for text in BODY), head='<meta property="article:published_time" content="2030-01-01T08:00:00+07:00">'
    )
    episode = rendered(studio, page).episode
    assert episode is not None
    assert episode.published == NOW


def test_lost_file_is_made_again(studio: Studio) -> None:
    """A published file that is gone comes back with the next run."""
    episode = rendered(studio).episode
    assert episode is not None
    del files(studio)[f"thu/{episode.file('.vtt')}"]
    rendered(studio)
    assert f"thu/{episode.file('.vtt')}" in files(studio)


def test_lost_cache_entry_is_made_again(studio: Studio) -> None:
    """A segment that is gone from the cache is spoken again, and the audio is the same."""
    first = rendered(studio).episode
    assert isinstance(studio.cache, MemoryCache)
    studio.cache.takes.pop(next(iter(studio.cache.takes)))
    again = rendered(replace(studio, store=MemoryStore()))
    assert first and again.episode
    assert again.made == 1
    assert again.episode.audio == first.audio


class Dying(SilentEngine):
    """Speaks a number of times and is unavailable from then on."""

    def __init__(self, lives: int) -> None:
        super().__init__()
        self.lives = lives

    @property
    def identity(self) -> str:
        return "dying/1"

    def speak(self, utterance: str) -> Pcm:
        self.lives -= 1
        if self.lives < 0:
            raise EngineUnavailable("speech.unavailable", engine="dying", reason="dead")
        return super().speak(utterance)


def test_failed_render_keeps_what_was_spoken() -> None:
    """An engine that dies in the middle publishes nothing; the next run asks only for the rest."""
    engine = Dying(4)
    studio = make_studio(chain=VoiceChain(["dying"], lambda _name: engine))
    with pytest.raises(SpeechFailed):
        rendered(studio)
    assert files(studio) == {}
    engine.lives = 100
    result = rendered(studio)
    assert result.made == len(result.script.segments) - 4


def test_one_voice_an_episode() -> None:
    """When the first voice dies in the middle, the whole episode is read by the next."""
    engines = {"dying": Dying(4), "silent": SilentEngine()}
    studio = make_studio(chain=VoiceChain(["dying", "silent"], engines.__getitem__))
    result = rendered(studio)
    assert result.episode and result.episode.voice == "silent" and result.episode.fallback
    assert result.made == len(result.script.segments)
    assert "dying" in result.refused


def test_plan_touches_nothing(studio: Studio) -> None:
    """A dry run speaks and publishes nothing, and guesses the length."""
    result = plan(studio, text_page(), now=NOW)
    assert result.outcome is Outcome.PLANNED
    assert 30_000 < result.estimate < 90_000
    assert files(studio) == {}


@pytest.mark.parametrize(
    ("paragraphs", "code"),
    [(("Ngắn.",), "article.too_short"), (("Bạn cần đăng nhập để đọc tiếp toàn bộ bài viết này.", *BODY), "article.paywall"),
     (("The market in the old town opens early in the morning and closes late at night. " * 8,), "article.not_vietnamese")],
    ids=["stub", "paywall", "english"],
)  # fmt: skip
def test_no_article_is_never_published(studio: Studio, paragraphs: tuple[str, ...], code: str) -> None:
    """A stub, a paywall and another language are refused with their reason."""
    with pytest.raises(BadInput) as refusal:
        rendered(studio, text_page(*paragraphs))
    assert refusal.value.code == code
    assert files(studio) == {}


def test_feed_never_shrinks(studio: Studio) -> None:
    """A failed article leaves the feed of those before it byte-identical."""
    rendered(studio)
    before = files(studio)["thu/feed.xml"]
    with pytest.raises(BadInput):
        rendered(studio, text_page("Ngắn.", name="khac.txt"))
    assert files(studio)["thu/feed.xml"] == before


def test_lost_audio_of_another_episode_blocks_nothing(studio: Studio) -> None:
    """An episode whose audio is gone is named and stays in the feed; the others go on being published."""
    lost = rendered(studio, text_page(name="a.txt")).episode
    assert lost is not None
    del files(studio)[f"thu/{lost.audio}"]
    result = rendered(studio, text_page(*OTHER, name="b.txt"))
    assert result.outcome is Outcome.PUBLISHED
    assert result.missing == (lost.audio,)
    assert files(studio)["thu/feed.xml"].count(b"<item>") == 2


def test_fallback_never_takes_the_place_of_the_better_voice() -> None:
    """While the first voice is down, an unchanged article stays as it is; a corrected one is read by the next voice."""
    engines = {"dying": Dying(1000), "silent": SilentEngine()}
    studio = make_studio(chain=VoiceChain(["dying", "silent"], engines.__getitem__))
    first = rendered(studio).episode
    engines["dying"] = Dying(0)
    down = replace(studio, chain=VoiceChain(["dying", "silent"], engines.__getitem__), cache=MemoryCache())
    kept = rendered(down)
    assert (kept.outcome, kept.episode) == (Outcome.UNCHANGED, first)
    corrected = rendered(down, text_page(BODY[0], BODY[1].replace("40 tỷ", "45 tỷ"), *BODY[2:]))
    assert corrected.episode and corrected.episode.fallback


def test_only_other_words_are_a_correction(studio: Studio) -> None:
    """The notes name a correction when the wording changed, not when the sound alone did."""
    rendered(studio)
    other_sound = replace(studio, encoder=LameEncoder(96))
    louder = rendered(other_sound, now=NOW + timedelta(hours=1)).episode
    assert louder and louder.revision == 2 and louder.corrected is None
    reworded = rendered(other_sound, text_page(*BODY, "Thêm một câu mới ở cuối bài."), now=NOW + timedelta(hours=2)).episode
    assert reworded and reworded.corrected == NOW + timedelta(hours=2)
    assert "Đã sửa lúc 22:00 24/11/2026" in files(studio)["thu/feed.xml"].decode()


def test_a_small_correction_is_levelled_as_before() -> None:
    """Where one sentence of many is new, gain and loudness are those of the published revision, and nothing else is encoded again."""
    frames = MemoryCache()
    studio = make_studio(encoder=LameEncoder(cache=frames))
    long = [
        f"Đoạn thứ {number} kể chuyện {'đường, chợ, trường, cầu, suối'.split(', ')[number % 5]} của bản. Câu sau của đoạn {number} cũng dài như thế."
        for number in range(40)
    ]
    first = rendered(studio, text_page(*long)).episode
    kept = set(frames.encoded)
    second = rendered(studio, text_page(*long[:20], long[20].replace("kể chuyện", "kể lại chuyện"), *long[21:]), now=NOW + timedelta(hours=1))
    assert first and second.episode and second.made == 1
    before, after = (json.loads(files(studio)[f"thu/{episode.file('.json')}"])["audio"] for episode in (first, second.episode))
    assert (after["gain_db"], after["loudness_lufs"]) == (before["gain_db"], before["loudness_lufs"])
    assert len(set(frames.encoded) - kept) == 1


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"audio": 3}', b'{"audio": {"gain_db": "x"}}'])
def test_a_damaged_record_costs_no_correction(damage: bytes) -> None:
    """A record that cannot be read only means that the next revision is levelled anew."""
    studio = make_studio()
    first = rendered(studio).episode
    assert first
    files(studio)[f"thu/{first.file('.json')}"] = damage
    second = rendered(studio, text_page(*BODY, "Thêm một câu mới ở cuối bài."), now=NOW + timedelta(hours=1)).episode
    assert second and second.revision == 2


def test_questions_have_a_voice_of_their_own() -> None:
    """A second voice says the questions of an interview, at the first one's rate; where it fails the first says them too."""

    class Other(SilentEngine):
        identity = "other/1"

        def speak(self, utterance: str) -> Pcm:
            return resampled(super().speak(utterance), Hertz(16_000))

    class Down(SilentEngine):
        identity = "down/1"

        def speak(self, utterance: str) -> Pcm:
            raise EngineUnavailable("speech.unavailable", engine="down", reason="thử")

    engines: dict[str, Engine] = {"silent": SilentEngine(), "other": Other(), "down": Down()}
    kinds = frozenset({SegmentKind.QUESTION})
    markup = "".join(f"<p><b>Phóng viên hỏi câu thứ {n} về chuyện làm đường của xã?</b></p><p>Trả lời câu thứ {n}: {BODY[1]}</p>" for n in ("nhất", "hai", "ba", "tư"))
    page = html_page(f"<h1>Phỏng vấn chủ tịch xã về con đường</h1><div>{markup}</div>")
    for second, refused in (("other", []), ("down", ["down"])):
        studio = make_studio(chain=VoiceChain(["silent"], engines.__getitem__, SecondVoice(voice=second, kinds=kinds)))
        result = rendered(studio, page)
        assert result.episode and list(result.refused) == refused
        record = json.loads(files(studio)[f"thu/{result.episode.file('.json')}"])
        voices = {row["kind"]: row["voice"] for row in record["segments"]}
        assert (voices["question"], voices["sentence"]) == ("other" if not refused else "silent", "silent")
        assert record["audio"]["rate"] == 22_050
        assert rendered(studio, page).made == 0


def test_an_earcon_stands_before_every_heading() -> None:
    """A show's earcon is heard before each heading, belongs to its chapter, and has no cue."""
    tone = SilentEngine().speak("tinh")
    studio = replace(make_studio(), jingles=lambda _rate: Jingles(earcon=tone, intro=tone))
    result = rendered(studio)
    assert result.episode
    record = json.loads(files(studio)[f"thu/{result.episode.file('.json')}"])
    kinds = [row["kind"] for row in record["segments"]]
    assert kinds[0] == "jingle"
    assert all(kinds[place - 1] == "jingle" for place, kind in enumerate(kinds) if kind == "heading")
    assert kinds.count("jingle") == 1 + kinds.count("heading") == 3
    starts = [row["start"] * 1000 / record["audio"]["rate"] for place, row in enumerate(record["segments"]) if row["kind"] == "jingle" and place]
    assert [round(start) for start in starts] == [mark.start for mark in result.episode.chapters[1:]]
    assert files(studio)[f"thu/{result.episode.file('.vtt')}"].count(b"-->") == len(kinds) - 3


def test_another_recipe_is_levelled_anew() -> None:
    """The gain of an episode that another recipe made is not taken over."""
    studio = make_studio()
    first = rendered(studio).episode
    assert first
    name = f"thu/{first.file('.json')}"
    record = json.loads(files(studio)[name])
    gain, record["audio"]["gain_db"], record["provenance"]["recipe"] = record["audio"]["gain_db"], 0.0, "0"
    files(studio)[name] = json.dumps(record).encode()
    again = rendered(replace(studio, encoder=LameEncoder(96)), now=NOW + timedelta(hours=1)).episode
    assert again and again.revision == 2
    assert json.loads(files(studio)[name])["audio"]["gain_db"] == gain
