"""What may be done to a draft, in any order: nothing is lost, nothing is mistaken for another."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from audiopub.article import SPOKEN_KINDS, Article, Block, BlockKind
from audiopub.desk.viewing import _blocks_of
from audiopub.editing import Draft, Manner, Origin, OriginKind, article_of, drafted
from audiopub.editing.record import draft_of, plain_draft
from audiopub.errors import BadInput
from audiopub.script import SegmentKind, Style, compose

DAY = date(2026, 11, 24)
ORIGIN = Origin(kind=OriginKind.PASTED, name="bài", identity="pasted:1", page="0" * 64)
READ = SPOKEN_KINDS | {BlockKind.HEADING, BlockKind.TABLE}
WORDS = some.lists(some.sampled_from("đường về bản mới họp chợ sáng nay UBND 15,5% bà con làm".split()), min_size=1, max_size=8).map(" ".join)
BLOCKS = some.lists(some.builds(Block, kind=some.sampled_from(list(BlockKind)), text=WORDS, rule=some.just("thử")), min_size=1, max_size=12)
ARTICLES = some.builds(Article, title=WORDS, lead=some.none() | WORDS, blocks=BLOCKS.map(tuple))
Step = Callable[[Draft, some.DataObject], Draft]


def laid(article: Article) -> Draft:
    return drafted("ban-tin", "0123456789abcdef", ORIGIN, article, DAY)


def _include(draft: Draft, data: some.DataObject) -> Draft:
    return draft.include(_one(draft, data), data.draw(some.booleans()))


def _rekind(draft: Draft, data: some.DataObject) -> Draft:
    return draft.rekind(_one(draft, data), data.draw(some.sampled_from(list(BlockKind))))


def _rewrite(draft: Draft, data: some.DataObject) -> Draft:
    return draft.rewrite(_one(draft, data), data.draw(WORDS))


def _split(draft: Draft, data: some.DataObject) -> Draft:
    name = _one(draft, data)
    try:
        return draft.split(name, data.draw(some.integers(-2, len(draft.block(name).text) + 2)))
    except BadInput:
        return draft


def _merge(draft: Draft, data: some.DataObject) -> Draft:
    try:
        return draft.merge(_one(draft, data))
    except BadInput:
        return draft


def _again(draft: Draft, data: some.DataObject) -> Draft:
    return draft.taken_over(laid(data.draw(ARTICLES)))


def _one(draft: Draft, data: some.DataObject) -> str:
    return data.draw(some.sampled_from([block.id for block in draft.blocks]))


STEPS: tuple[Step, ...] = (_include, _rekind, _rewrite, _split, _merge)


def letters(draft: Draft) -> str:
    return "".join("".join(block.text.split()) for block in draft.blocks)


@settings(max_examples=60)
@given(ARTICLES.filter(lambda article: any(block.kind is not BlockKind.LEAD for block in article.blocks)), some.data())
def test_ids_are_never_given_twice_and_versions_grow(article: Article, data: some.DataObject) -> None:
    """Whoever looks at an old page can never hit another block than the one they saw: a name is one block's, also after a newer page took over."""
    draft = laid(article)
    owners: dict[str, int] = {}
    for _ in range(6):
        step = data.draw(some.sampled_from([*STEPS, _again]))
        before, draft = draft, step(draft, data)
        if draft == before:
            assert draft.version == before.version
            continue
        assert draft.version == before.version + 1
        names = [block.id for block in draft.blocks]
        assert len(set(names)) == len(names)
        for name in set(names) - {block.id for block in before.blocks}:
            assert owners.setdefault(name, draft.version) == draft.version
        assert {block.id for block in before.blocks}.isdisjoint(names) or step is not _again
        owners |= {block.id: owners.get(block.id, 0) for block in before.blocks}
        assert all(block.version == draft.version for block in draft.blocks if block not in before.blocks)
        if not draft.blocks:
            return


@settings(max_examples=60)
@given(ARTICLES.filter(lambda article: any(block.kind is not BlockKind.LEAD for block in article.blocks)), some.data())
def test_splitting_and_merging_lose_no_letter(article: Article, data: some.DataObject) -> None:
    """Text only moves between blocks; and what was once one paragraph is told once."""
    draft = laid(article)
    before = letters(draft)
    for _ in range(6):
        draft = data.draw(some.sampled_from([_split, _merge]))(draft, data)
        assert letters(draft) == before
        assert not any(block.edited and not block.was for block in draft.blocks)


def test_halves_that_are_joined_again_were_one_text() -> None:
    """The text that a page had is kept beside a block once, and not twice."""
    draft = laid(Article(title="Chợ", blocks=(Block(kind=BlockKind.PARAGRAPH, text="Họp sớm nay.", rule="thử"),)))
    whole = draft.split("b1", 4).merge("b1")
    assert (whole.blocks[0].text, whole.blocks[0].was) == ("Họp sớm nay.", "Họp sớm nay.")


@settings(max_examples=60)
@given(ARTICLES.filter(lambda article: any(block.kind is not BlockKind.LEAD for block in article.blocks)), some.data())
def test_a_draft_is_the_same_after_it_was_kept(article: Article, data: some.DataObject) -> None:
    """What is written to the database and read again is what it was, with everything that was done to it."""
    draft = laid(article)
    for step in data.draw(some.lists(some.sampled_from(STEPS), max_size=4)):
        draft = step(draft, data)
    draft = replace(draft.in_manner(Manner(voice="silent", speed=1.2, jingle=False)).accepting(["article.too_short"]), waiting="1" * 64, edits=2)
    assert draft_of(json.loads(json.dumps(plain_draft(draft)))) == draft


@settings(max_examples=60)
@given(ARTICLES.filter(lambda article: any(block.kind is not BlockKind.LEAD for block in article.blocks)), some.data())
def test_just_what_is_included_is_read_in_its_order(article: Article, data: some.DataObject) -> None:
    """A script says the texts of the blocks that are included, and of no other; every sentence tells the block it stands in."""
    draft = laid(article)
    for step in data.draw(some.lists(some.sampled_from(STEPS), max_size=4)):
        draft = step(draft, data)
    script = compose(article_of(draft), Style(show="Bản tin"), DAY)
    names = _blocks_of(draft)
    said = [(names[segment.paragraph], segment.written) for segment in script.segments if segment.kind not in {SegmentKind.OPENING, SegmentKind.CLOSING}]
    read = {block.id: block for block in draft.blocks if block.included}
    tables = {block.id for block in draft.blocks if block.kind is BlockKind.TABLE}
    assert [name for name, _ in said if name not in read] == ["title", *(["lead"] if draft.lead else [])]
    assert [name for name, _ in said if name in read and name not in tables] == [name for name in read if name not in tables]
    for name, written in said:
        if name in read and name not in tables:
            assert "".join(written.split()) == "".join(read[name].text.split())


EMPTY: dict[str, Callable[[Draft], Draft]] = {
    "the same text": lambda draft: draft.rewrite("b1", " Họp  sớm nay. "), "the same kind": lambda draft: draft.rekind("b1", BlockKind.PARAGRAPH),
    "read already": lambda draft: draft.include("b1", True), "the same title": lambda draft: draft.retitle("Chợ phiên", ""),
    "the same manner": lambda draft: draft.in_manner(Manner()), "the same day": lambda draft: draft.dated(DAY), "nothing more accepted": lambda draft: draft.accepting([]),
}  # fmt: skip


@pytest.mark.parametrize("change", EMPTY)
def test_what_changes_nothing_is_no_version(change: str) -> None:
    """A draft that nobody changed is not called edited by hand, so that newer pages may still take its place."""
    draft = laid(Article(title="Chợ phiên", blocks=(Block(kind=BlockKind.PARAGRAPH, text="Họp sớm nay.", rule="thử"),)))
    assert EMPTY[change](draft) is draft


@pytest.mark.parametrize("bad", ["\0", "\x0b", "\uffff", "\ud800", "\u202e", "\u2066", "\u200b", "\ufeff"])
def test_letters_that_break_feeds_do_not_come_in(bad: str) -> None:
    """One of them in a title would keep a whole feed from being written."""
    draft = laid(Article(title="Chợ", blocks=(Block(kind=BlockKind.PARAGRAPH, text="Họp.", rule="thử"),)))
    changed = draft.rewrite("b1", f"Họp{bad} sớm").retitle(f"Chợ{bad} phiên", f"{bad}Sáng")
    assert (changed.blocks[0].text, changed.title, changed.lead) == ("Họp sớm", "Chợ phiên", "Sáng")


REFUSED: dict[str, Callable[[Draft], Any]] = {
    "no such block": lambda draft: draft.include("b9", False), "an empty block": lambda draft: draft.rewrite("b1", " \u200b "),
    "an empty title": lambda draft: draft.retitle("\0 ", "x"), "a split at the end": lambda draft: draft.split("b1", 4),
    "a split at the start": lambda draft: draft.split("b1", 0), "nothing to join with": lambda draft: draft.merge("b1"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_done_is_said(what: str) -> None:
    """Nothing becomes empty, and nothing that is not there is changed."""
    draft = laid(Article(title="Chợ", blocks=(Block(kind=BlockKind.PARAGRAPH, text="Họp.", rule="thử"),)))
    with pytest.raises(BadInput):
        REFUSED[what](draft)
