"""How fast the desk answers in a large newsroom: python benchmarks/desk_pages.py [EPISODES DRAFTS].

A real ``audiopub serve`` with its worker and espeak on loopback; episodes and drafts are written into the catalog directly. Figures stand beside what is wanted.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))
from audiopub.config import Settings
from audiopub.desk.model import name_of
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.people import ROLES, SOLE, Actor, Role, Via
from audiopub.pipeline import episode_id
from audiopub.publish.model import Act, Episode
from audiopub.publish.model import Event as Happened
from audiopub.units import Milliseconds
from benchmarks.newsroom import written
from benchmarks.texts import headline
from tests.conftest import NOW
from tests.desk.browser import PASSWORD, SLUG, Newsroom, newsroom

ADMIN = Actor(name=SOLE, permissions=ROLES[Role.ADMIN], via=Via.CLI)
SECTIONS = ("Kinh tế", "Xã hội", "Văn hóa", "Giáo dục", "Môi trường")
HOSTILE = {"100k nested tags": "<div>" * 100_000 + "</div>" * 100_000, "2 MB of <": "<" * 1_999_000}
WANTED_MS, WANTED_PREVIEW_MS, WANTED_BYTES, WANTED_REFUSAL_S, LEAST_SOUND = 300, 1000, 200_000, 2, 5000
OK, SEE_OTHER = 200, 303
SENTENCE = "Sáng nay, UBND xã Na Lay khai trương chợ phiên mới trên khu đất cạnh bến sông."


def sure(well: object, what: object) -> None:
    """End where something is not as it has to be for the figures to mean anything."""
    if not well:
        raise SystemExit(str(what))


class Table:
    """What was measured, beside what is wanted."""

    def __init__(self) -> None:
        self.missed = 0

    def line(self, what: str, found: str, wanted: str = "", *, well: bool = True) -> None:
        """Print a line."""
        self.missed += not well
        print(f"{'' if well else 'FAIL '}{what:<{58 - 5 * (not well)}} {found:>22}   {wanted}", flush=True)


def seed(place: Newsroom, episodes: int, drafts: int) -> str:
    """Write episodes and drafts; give the name of a draft."""
    desk = EditorsDesk(Settings.read(environment=place.environment))
    _, studio = desk.tools.shows.get(SLUG, patient=False)
    for number in range(episodes):
        moment, identity = NOW - timedelta(hours=number + 1), episode_id(f"{number}")
        name = f"{moment:%Y-%m-%d}-bai-so-{number}"
        studio.catalog.commit(SLUG, Episode(
            id=identity, guid=f"audiopub:{number}", name=name, title=headline(number), author="Nguyễn Thị Ổi", description="Tóm tắt của bài.",
            article_url=f"https://baodoiche.example/tin/{number}.html", published=moment, updated=moment, revision=1, audio=f"{name}-01234567.mp3", audio_bytes=900_000,
            duration=Milliseconds(180_000), chapters=(), voice="espeak", fallback=False, fingerprint="", show=SLUG, section=SECTIONS[number % len(SECTIONS)],
            history=(Happened(at=moment, act=Act.PUBLISHED, revision=1, audio=""),),
        ))  # fmt: skip
    first, _ = desk.submit(ADMIN, Submission(show=SLUG, body=page(0).encode(), source_id="ban-thao"))
    draft = first.draft
    if draft is None:
        raise SystemExit("no draft")
    for number in range(drafts - 1):
        desk.tools.drafts.add(replace(draft, id=episode_id(f"draft-{number}"), title=f"{headline(episodes + number)} (bản thảo)"), "minh.hang")
    return name_of(SLUG, draft.id)


def page(number: int) -> str:
    """Give an article's HTML."""
    article = written(number)
    body = "".join(f"<{tag}>{text}</{tag}>" for tag, text in article.body)
    return f"<html><head><title>{article.title}</title></head><body><article><h1>{article.title}</h1><p>{article.lead}</p>{body}</article></body></html>"


def times(ask: Callable[[], httpx.Response], count: int = 40) -> list[float]:
    """Ask again and again; give the milliseconds."""
    found = []
    for _ in range(count):
        began = time.perf_counter()
        answer = ask()
        found.append((time.perf_counter() - began) * 1000)
        sure(answer.status_code == OK, (answer.status_code, answer.text[:300]))
    return found


def percentiles(found: list[float]) -> tuple[float, float]:
    """Give p50 and p95."""
    return statistics.median(found), statistics.quantiles(found, n=20)[-1]


def pages(table: Table, browser: httpx.Client, api: httpx.Client, name: str) -> None:
    """Measure single pages."""
    asked = {
        "list, first page": (browser, "/desk/"), "list, searched": (browser, "/desk/?q=bản thảo"), "list, published alone": (browser, "/desk/?state=published"),
        "article": (browser, f"/desk/a/{name}"), "how it is read": (browser, f"/desk/a/{name}/reading"), "release": (browser, f"/desk/a/{name}/release"),
        "API: list of articles": (api, "/api/v1/articles?limit=50"), "API: one article": (api, f"/api/v1/articles/{name}"),
    }  # fmt: skip
    for what, (client, path) in asked.items():
        client.get(path)
        middle, late = percentiles(times(lambda client=client, path=path: client.get(path)))  # type: ignore[misc]
        table.line(what, f"p50 {middle:.0f}, p95 {late:.0f} ms", "p95 < 300 ms", well=late < WANTED_MS)


def weight(table: Table, browser: httpx.Client) -> None:
    """Weigh the first page with all that it loads, as it comes over the wire."""
    found = browser.get("/desk/")
    paths = set(re.findall(r'(?:src|href)="(/desk/static/[^"]+)"', found.text)) | {"/desk/static/fonts/be-vietnam-pro-bold.woff2"}
    total = len(found.content) + sum(len(browser.get(path).content) for path in paths)
    table.line("bytes of the list with all that it loads", f"{total / 1000:.0f} kB", "< 200 kB", well=total < WANTED_BYTES)


def preview(table: Table, api: httpx.Client) -> None:
    """Hear a sentence, each time another one, from the question to the last byte of its sound."""
    found = []
    for number in range(8):
        began = time.perf_counter()
        answer = api.post("/api/v1/lexicon/preview", json={"show": SLUG, "sentence": f"{SENTENCE} Bài {number}.", "word": "UBND", "say": "ủy ban xã"})
        sure(answer.status_code == OK, answer.text)
        sound = api.get(answer.json()["audio"])
        sure(sound.status_code == OK and len(sound.content) > LEAST_SOUND, "no sound")
        found.append((time.perf_counter() - began) * 1000)
    middle, late = percentiles(found)
    table.line("preview of a sentence, espeak, to the last byte", f"p50 {middle:.0f}, p95 {late:.0f} ms", "p95 < 1000 ms", well=late < WANTED_PREVIEW_MS)


@contextmanager
def submitting(api: httpx.Client, html: str) -> Iterator[list[tuple[int, float]]]:
    """Submit a hostile page again and again meanwhile."""
    over, answers = Event(), list[tuple[int, float]]()

    def work() -> None:
        while not over.is_set():
            began = time.perf_counter()
            answers.append((api.post("/api/v1/articles", json={"show": SLUG, "html": html}).status_code, time.perf_counter() - began))

    thread = Thread(target=work)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def hostile(table: Table, browser: httpx.Client, api: httpx.Client) -> None:
    """Measure the list while a page is read that was made to be slow."""
    for what, html in HOSTILE.items():
        with submitting(api, html) as answers:
            time.sleep(0.2)
            found = times(lambda: browser.get("/desk/"), 60)
        middle, late = percentiles(found)
        table.line(f"list meanwhile: {what}", f"p50 {middle:.0f}, p95 {late:.0f} ms", "p95 < 300 ms", well=late < WANTED_MS)
        slowest, statuses = max(seconds for _, seconds in answers), {status for status, _ in answers}
        well = statuses == {422} and slowest < WANTED_REFUSAL_S
        table.line(f"that page is answered, {len(answers)} times", f"{sorted(statuses)} in {slowest:.1f} s", "422 in < 2 s", well=well)


def at_once(table: Table, place: Newsroom, key: str) -> None:
    """Create one article sixteen times at once, and render it eight times at once."""
    with ThreadPoolExecutor(16) as pool, client(place, key) as api:
        body = {"show": SLUG, "html": page(7), "source_id": "cung-mot-bai"}
        made = list(pool.map(lambda _: api.post("/api/v1/articles", json=body), range(16)))
        statuses, names = Counter(answer.status_code for answer in made), {answer.json()["article"]["name"] for answer in made}
        well = statuses == {201: 1, 200: 15} and len(names) == 1
        table.line("16 creates with one source_id", f"{dict(statuses)}, {len(names)} name", "1x 201, 15x 200, 1 name", well=well)
        name = names.pop()
        asked = list(pool.map(lambda _: api.post(f"/api/v1/articles/{name}/render"), range(8)))
        found = Counter(answer.status_code for answer in asked)
        table.line("8 renders of one article", f"{dict(found)}", "1x 202, 7x 409", well=found == {202: 1, 409: 7})


def client(place: Newsroom, key: str) -> httpx.Client:
    """Give a client of the API."""
    return httpx.Client(base_url=place.origin, headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=120)


def main() -> int:
    """Measure all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("episodes", nargs="?", type=int, default=5000)
    asked.add_argument("drafts", nargs="?", type=int, default=300)
    wishes = asked.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory() as home, newsroom(Path(home), (("minh.hang", "admin"),)) as place:
        key = place.key("read", "edit")
        began = time.perf_counter()
        name = seed(place, wishes.episodes, wishes.drafts)
        print(f"{wishes.episodes} episodes and {wishes.drafts} drafts written in {time.perf_counter() - began:.0f} s", flush=True)
        with client(place, key) as api, httpx.Client(base_url=place.origin, headers={"Accept": "text/html"}, trust_env=False, timeout=120) as browser:
            answer = browser.post("/desk/login", data={"name": "minh.hang", "password": PASSWORD}, headers={"Origin": place.origin, "Sec-Fetch-Site": "same-origin"})
            sure(answer.status_code == SEE_OTHER, answer.text)
            pages(table, browser, api, name)
            weight(table, browser)
            preview(table, api)
            hostile(table, browser, api)
        at_once(table, place, key)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
