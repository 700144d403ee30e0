"""The newspaper that experiments publish: always the same, read as it was written, broken only where that is switched on."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from audiopub.article import check, extract, same_text, text_prints
from audiopub.article.model import BlockKind
from audiopub.config import Settings, read_show
from audiopub.source import Page, PageForm, Wanted
from audiopub.sources import Sources
from benchmarks.newsroom import NOW, Newsroom, page, write_show, written
from benchmarks.texts import COMBINATIONS, headline, sentence


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    made = Newsroom(6)
    with made.served():
        yield made


def gathered(newsroom: Newsroom, state: Path, source: str) -> dict[str, tuple[Page | None, bool]]:
    """Gather a list as audiopub does; give the pages by their path, and whether each was known."""
    settings = Settings(state=state, allow_hosts=frozenset({newsroom.host}), host_delay=0.001)
    found = Sources(settings, bytes).gather([source], Wanted())
    return {one.entry.url.removeprefix(newsroom.origin): (one.page, one.known) for one in found}


def read(body: bytes) -> Page:
    return Page(body=body, name="bai", identity="bai", form=PageForm.HTML)


@pytest.mark.parametrize("number", [0, 1, 17, 999])
def test_an_article_is_read_as_it_was_written(number: int) -> None:
    want = written(number)
    found = check(extract(read(page(want, want.canonical))), "bai")
    assert [block.text for block in found.blocks if block.kind is BlockKind.PARAGRAPH] == list(want.paragraphs)
    assert [block.text for block in found.blocks if block.kind is BlockKind.HEADING] == list(want.headings)
    assert (found.title, found.lead, found.author, found.category) == (want.title, want.lead, want.author, want.section)
    assert (found.published, found.canonical_url, found.warnings) == (want.published, want.canonical, ())
    assert found.published is not None and found.published < NOW
    assert 6 <= len(want.paragraphs) <= 12 and want.headings


def test_the_same_seed_writes_the_same_and_another_does_not() -> None:
    assert written(3, seed=2) == written(3, seed=2) != written(3, seed=1)


def test_sentences_and_headlines_are_all_different() -> None:
    assert len({sentence(number) for number in range(0, COMBINATIONS, 7)}) == COMBINATIONS // 7
    assert len({headline(number) for number in range(2520)}) == 2520


def test_a_correction_changes_the_text_and_leaves_it_the_same_article() -> None:
    one, other = written(5), written(5, version=2)
    first, second = (extract(read(page(article, article.canonical))) for article in (one, other))
    assert first.canonical_url == second.canonical_url and first.title == second.title
    assert one.paragraphs[:-1] == other.paragraphs[:-1] and one.paragraphs[-1] != other.paragraphs[-1] and "đính chính" in str(second.blocks)


def test_feed_and_sitemap_list_the_same_articles(newsroom: Newsroom, tmp_path: Path) -> None:
    feed, sitemap = (gathered(newsroom, tmp_path / name, source) for name, source in (("feed", newsroom.feed), ("map", newsroom.sitemap)))
    assert list(feed) == list(sitemap) == [f"/tin/bai-{number}.html" for number in range(6)]
    assert all(page is not None and not known for page, known in feed.values())


def test_what_is_not_listed_has_a_page_all_the_same(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.listed = 2
    assert len(gathered(newsroom, tmp_path, newsroom.feed)) == 2
    assert httpx.get(newsroom.url(5)).status_code == 200
    assert httpx.get(newsroom.url(6)).status_code == 404


def test_unchanged_pages_are_answered_with_304_and_counted(newsroom: Newsroom, tmp_path: Path) -> None:
    gathered(newsroom, tmp_path, newsroom.feed)
    assert newsroom.requests["/tin/bai-3.html"] == 1 and not newsroom.unchanged
    newsroom.correct(3)
    again = gathered(newsroom, tmp_path, newsroom.feed)
    assert [path for path, (_, known) in again.items() if not known] == ["/tin/bai-3.html"]
    assert newsroom.requests["/tin/bai-3.html"] == 2 and newsroom.unchanged["/tin/bai-3.html"] == 0 and newsroom.unchanged["/tin/bai-2.html"] == 1
    newsroom.forget()
    assert newsroom.requests.total() == newsroom.unchanged.total() == 0


def test_what_goes_wrong_can_be_switched_on_and_off(newsroom: Newsroom) -> None:
    newsroom.remove(0)
    newsroom.fail(1)
    newsroom.spoil(2)
    twin = newsroom.twin(3)
    assert [httpx.get(newsroom.url(number)).status_code for number in (0, 1, 2)] == [410, 500, 200]
    assert "bài" not in httpx.get(newsroom.url(2)).text
    one, other = (extract(read(httpx.get(url).content)) for url in (newsroom.url(3), twin))
    assert one.canonical_url != other.canonical_url and same_text(text_prints(one), text_prints(other))
    listed = [url for url, _ in newsroom.entries()]
    assert newsroom.url(0) not in listed and newsroom.url(1) in listed and twin in listed
    for number in range(4):
        newsroom.mend(number)
    assert [httpx.get(newsroom.url(number)).status_code for number in range(4)] == [200] * 4
    assert httpx.get(twin).status_code == 404


def test_a_slow_page_is_late_and_the_others_are_not(newsroom: Newsroom) -> None:
    newsroom.slow(1, 3600)
    assert httpx.get(newsroom.url(0), timeout=30).status_code == 200
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(newsroom.url(1), timeout=0.5)


def test_a_show_file_can_be_read(tmp_path: Path) -> None:
    show = read_show(write_show(tmp_path, "ban-tin", ["http://127.0.0.1:1/rss.xml"], more='language = "vi"'))
    assert show.slug == "ban-tin" and show.file.sources == ["http://127.0.0.1:1/rss.xml"] and list(show.file.voice.chain) == ["espeak"]
