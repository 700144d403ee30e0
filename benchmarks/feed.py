"""What a feed costs: python benchmarks/feed.py [EPISODES]: time against lxml writing the same bytes, and what one change costs."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.adapters.memory import MemoryCatalog, MemoryStore
from audiopub.episode import Chapter
from audiopub.pipeline import episode_id
from audiopub.publish.feed import feed_page
from audiopub.publish.model import Act, Channel, Episode, Event, State
from audiopub.publish.paging import FeedPage, paged
from audiopub.publish.rebuild import rebuild
from audiopub.publish.selection import Outlet
from audiopub.publish.titles import told_apart
from audiopub.units import Milliseconds

ROUNDS = 7
NOW = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SUMMARY = "Hơn 40 tỷ đồng được huy động từ năm 2015 đến nay để làm 12,5 km đường liên thôn của xã, trong đó người dân góp hơn một phần ba. "


def channel() -> Channel:
    return Channel(
        slug="ban-tin", title="Bản tin", description="Tin trong ngày.", language="vi", author="Báo Thử", owner_name="Tòa soạn",
        owner_email="a@bao.example", category="News", subcategory="Daily News", copyright="Báo Thử", base_url="https://podcast.bao.example",
        website=None, guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
    )  # fmt: skip


def episode(number: int) -> Episode:
    moment = NOW - timedelta(hours=2 * number)
    name = f"{moment:%Y-%m-%d}-xa-ban-moi-lam-duong-bang-suc-dan-{number}"
    marks = tuple(Chapter(title=f"Phần thứ {n}", start=Milliseconds(n * 40_000), end=Milliseconds(n * 40_000 + 40_000)) for n in range(4))
    return Episode(
        id=episode_id(str(number)), guid=f"guid-{number}", name=name, title=f"Xã Bản Mới làm đường bằng sức dân, bài {number}", author="Nguyễn Văn Ổi",
        description=SUMMARY, article_url=f"https://bao.example/bai-{number}.html", published=moment, updated=moment, revision=1,
        audio=f"{name}-01234567.mp3", audio_bytes=1, chapters=marks,
        duration=Milliseconds(160_000), voice="espeak", fallback=False, fingerprint="f", show="ban-tin",
        history=(Event(at=moment, act=Act.PUBLISHED, revision=1, audio=""),),
    )  # fmt: skip


def by_lxml(document: bytes) -> Callable[[], bytes]:
    """Give what writes a document again with lxml alone, from plain values: the least that any writer does."""

    def plain(element: etree._Element) -> tuple[str, dict[str, str], str | None, list]:  # type: ignore[type-arg]
        return (
            str(element.tag),
            {str(k): str(v) for k, v in element.attrib.items()},
            element.text if element.text and element.text.strip() else None,
            [plain(c) for c in element],
        )

    root = etree.fromstring(document)
    tree, names = plain(root), root.nsmap

    def made(parent: etree._Element, node: tuple[str, dict[str, str], str | None, list]) -> None:  # type: ignore[type-arg]
        element = etree.SubElement(parent, node[0], node[1])
        element.text = node[2]
        for child in node[3]:
            made(element, child)

    def write() -> bytes:
        top = etree.Element(tree[0], tree[1], nsmap=names)
        for child in tree[3]:
            made(top, child)
        return bytes(etree.tostring(top, pretty_print=True, xml_declaration=True, encoding="UTF-8"))

    return write


def seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    episodes = [episode(number) for number in range(count)]
    titles = told_apart(episodes)
    page = FeedPage("", tuple(episodes), last="")
    document = feed_page(channel(), page, titles).xml
    lxml = by_lxml(document)
    pairs = [(seconds(lambda: feed_page(channel(), page, titles)), seconds(lxml)) for _ in range(ROUNDS)]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}, {ROUNDS} rounds, CPU"
    print(f"{count} episodes in one feed, {len(document) / 1e6:.1f} MB: {statistics.median(ratios):.2f} times lxml ({spread})")

    outlet = Outlet(channel=channel())
    catalog, store, archive = MemoryCatalog(), MemoryStore(), MemoryStore()
    for one in episodes:
        catalog.commit("ban-tin", one)
        store.files[f"ban-tin/{one.audio}"] = b"\0"
    rebuild(outlet, store, archive, catalog)
    changes = {
        "nothing changed": lambda _n: None,
        "newest corrected": lambda n: catalog.commit("ban-tin", replace(episodes[0], revision=n + 2)),
        "oldest corrected": lambda n: catalog.commit("ban-tin", replace(episodes[-1], revision=n + 2)),
        "one in the middle withdrawn": lambda n: catalog.commit("ban-tin", replace(episodes[count // 2 + 700 * n % (count // 4)], state=State.WITHDRAWN)),
        "one published": lambda n: published(catalog, store, -1 - n),
    }
    wholes = [seconds(lambda: rebuild(outlet, store, archive, catalog, whole=True)) for _ in range(3)]
    whole = statistics.median(wholes)
    print(f"rebuilt whole: {len(paged(episodes))} pages, {whole:.2f} s of CPU")
    for name, change in changes.items():
        shares, pages = [], 0
        for number in range(ROUNDS):
            change(number)
            began = time.process_time()
            pages = max(pages, rebuild(outlet, store, archive, catalog).pages)
            shares.append((time.process_time() - began) / whole)
        print(f"{name:<28} {statistics.median(shares):.3f} of that ({min(shares):.3f} to {max(shares):.3f}), {pages} pages at most")


def published(catalog: MemoryCatalog, store: MemoryStore, number: int) -> None:
    one = episode(number)
    catalog.commit("ban-tin", one)
    store.files[f"ban-tin/{one.audio}"] = b"\0"


if __name__ == "__main__":
    main()
