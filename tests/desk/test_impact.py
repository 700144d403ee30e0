"""What a change of the lexicon would change: exactly what reading everything twice would find."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audiopub.adapters.memory import MemoryCatalog, MemoryStore
from audiopub.bootstrap import studio
from audiopub.config import Settings
from audiopub.errors import ConfigInvalid
from audiopub.lexicons import Book
from audiopub.publish.impact import counted, impact
from audiopub.vietnamese import AS_PRINTED, DEFAULT, Entry, Foreign, Lexicon, Options, Scope
from benchmarks.newsroom import write_show
from tests.conftest import make_channel
from tests.desk.slow_impact import published, slow_impact

_WORDS = (
    "UBND HTX ATK iPhone ipad FB Facebook facebook Loft loft hoà hòa uỷ ủy tỷ tỉ kỳ Mỹ B2B P2P b2b COVID-19 ai-phôn năm ba mươi 33 1.5 1.5ABC 5ABC ABC 22 2 năm ABC T.Ư TP.HCM Tp.Tp.HCM "
    "50.000đ/cp tr.đ km 5km/h XIII V - – “b” (a) /.|. -® _® 3G4 Á á Ă НÀ a\u0301 \u00a0 ＡＴＫ ١٢ ﬁ ² √2 bê 2 bê phây-búc I-ran Việt Nam hai 日本 😀 . , : ; x"
).split(" ")
_TEXTS = st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(["", " ", " ", " ", "  "])), max_size=9).map(lambda pieces: "".join(a + b for a, b in pieces))
_SPOKEN = (
    "ai-phôn",
    "a tê ca",
    "Facebook",
    "phây-búc",
    "năm ABC",
    "bê 2 bê",
    "ABC",
    "hai mươi",
    "ba",
    "ủy ban nhân dân",
    "-",
    "b",
    "1.5",
    "2",
    "ai",
    "ai -",
    "phôn",
    "năm",
)
_ENTRIES = st.builds(
    Entry, written=st.one_of(st.sampled_from([*_WORDS, *_SPOKEN, "ba mươi", "Việt Nam", "hoà", "ươ", "năm 5", "x."]), _TEXTS), spoken=st.sampled_from([*_SPOKEN, AS_PRINTED]),
    scope=st.sampled_from(list(Scope)), article=st.sampled_from(["", "cms-0", "https://bao.example/1", "cms-9"]), case=st.booleans(), whole=st.sampled_from([True, True, True, False]),
    reason=st.sampled_from(["", "khác"]),
)  # fmt: skip
_LEXICONS = st.lists(_ENTRIES, max_size=4)


def both(texts: list[list[str]], before: Lexicon, after: Lexicon, options: Options = DEFAULT) -> tuple[object, object]:
    channel, store, catalog = make_channel(), MemoryStore(), MemoryCatalog()
    published(store, catalog, channel, texts)
    asked = (channel, store, catalog, before, after, options)
    return impact(*asked), tuple(slow_impact(*asked))


@settings(max_examples=250)
@given(st.lists(st.lists(_TEXTS, max_size=4), max_size=3), _LEXICONS, _LEXICONS, _LEXICONS, st.sampled_from([DEFAULT, Options(foreign=Foreign.VOICE)]))
@example([["Dùng 1.5ABC rồi."]], [], [Entry(written="X", spoken="năm ABC")], [], DEFAULT)
@example([["Gọi b2b nhé, P2P"]], [], [Entry(written="B2B", spoken="bê 2 bê")], [], DEFAULT)
@example([["Theo HTX nhé"]], [Entry(written="HTX", spoken="T.Ư")], [Entry(written="T.Ư", spoken=AS_PRINTED)], [], DEFAULT)
@example([["Được 33 điểm"]], [], [Entry(written="ươi", spoken=AS_PRINTED, whole=False)], [], DEFAULT)
@example([["АТК họp"]], [], [Entry(written="ATK", spoken="chiến khu")], [], DEFAULT)
@example([["hoà bình"]], [], [Entry(written="Hòa", spoken="hòa hòa", case=False)], [], DEFAULT)
def test_it_finds_just_what_reading_everything_twice_finds(texts: list[list[str]], common: list[Entry], old: list[Entry], new: list[Entry], options: Options) -> None:
    quick, slow = both(texts, Lexicon((*common, *old)), Lexicon((*common, *new)), options)
    assert quick == slow
    quick, slow = both(texts, Lexicon((*common, *old)), Lexicon(tuple(common)), options)
    assert quick == slow


def test_the_order_of_entries_counts() -> None:
    one, other = Entry(written="ATK", spoken="a"), Entry(written="ATK", spoken="bê")
    quick, slow = both([["Về ATK."]], Lexicon((one, other)), Lexicon((other, one)))
    assert quick == slow != ()


def test_examples_are_the_newest_and_all_are_counted() -> None:
    channel, store, catalog = make_channel(), MemoryStore(), MemoryCatalog()
    published(store, catalog, channel, [["HTX một.", "HTX hai.", "Không."], ["Không gì."], ["HTX ba."]])
    asked = (channel, store, catalog, Lexicon(), Lexicon((Entry(written="HTX", spoken="hát tê ích"),)), DEFAULT)
    found = counted(*asked, examples=2)
    assert (found.sentences, found.episodes) == (3, 2)
    assert found.examples == impact(*asked)[:2]
    assert found.examples[0].written == "HTX ba."


def test_records_that_hold_nothing_of_it_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    channel, store, catalog = make_channel(), MemoryStore(), MemoryCatalog()
    published(store, catalog, channel, [["Bà con góp ngày công."]] * 50 + [["HTX ba."]])
    parsed = []

    def loads(text: bytes) -> object:
        parsed.append(text)
        return json.JSONDecoder().decode(text.decode())

    monkeypatch.setattr("audiopub.publish.impact.json.loads", loads)
    for entry in (Entry(written="HTX", spoken="hát tê ích"), Entry(written="htx", spoken="hát", case=False), Entry(written="HTX", spoken=AS_PRINTED)):
        parsed.clear()
        assert len(impact(channel, store, catalog, Lexicon(), Lexicon((entry,)), DEFAULT)) == 1
        assert len(parsed) == 1 or entry.protects


def test_a_damaged_record_is_named() -> None:
    channel, store, catalog = make_channel(), MemoryStore(), MemoryCatalog()
    published(store, catalog, channel, [["HTX ba."]])
    (episode,) = catalog.episodes(channel.slug)
    store.put(channel.key(episode.file(".json")), b'{"segments": "HTX')
    with pytest.raises(ConfigInvalid) as damaged:
        impact(channel, store, catalog, Lexicon(), Lexicon((Entry(written="HTX", spoken="hát"),)), DEFAULT)
    assert damaged.value.code == "config.bad_record" and episode.file(".json") in str(damaged.value)


def test_a_lexicon_of_all_shows_counts_in_each(tmp_path: Path) -> None:
    """The newsroom's lexicon: episodes of two shows are counted, examples are no more than asked for."""
    settings = Settings(feeds=tmp_path / "feeds", output=tmp_path / "output", state=tmp_path / "state")
    for slug in ("tin", "van-hoa"):
        write_show(settings.feeds, slug, ["https://bao.example/rss"], "silent")
    book = Book.of(settings, None, newsroom=True)
    for show in book.shows:
        made = studio(show, settings)
        published(made.store, made.catalog, made.channel, [["HTX một.", "HTX hai."]])
    entries = book.with_entries((Entry(written="HTX", spoken="hát tê ích"),))
    found = book.counted(entries, examples=3)
    assert (found.sentences, found.episodes, len(found.examples)) == (4, 2, 3)
    assert found.examples == book.impact(entries)[:3]
