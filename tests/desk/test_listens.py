"""Downloads as a page of the desk shows them."""

import dataclasses
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from audiopub.bootstrap import catalog
from audiopub.config import Settings
from audiopub.desk.listens import Listens, listens, plot
from audiopub.desk.model import name_of
from audiopub.errors import TryAgain
from audiopub.publish.model import Episode
from audiopub.units import Milliseconds
from tests.conftest import NOW
from tests.listeners import SIZE, line

SVG = "{http://www.w3.org/2000/svg}"
SALT = b"0123456789abcdef"


def published(number: str, title: str, **values: object) -> Episode:
    moment = datetime.fromisoformat("2026-11-17T05:00:00+07:00")
    return Episode(
        id=number, guid=number, name=number, title=title, author=None, description="", article_url=None, published=moment, updated=moment, revision=1,
        audio=f"{number}.mp3", audio_bytes=SIZE, duration=Milliseconds(300_000), chapters=(), voice="silent", fallback=False, fingerprint="", show="tin",
    )  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with two episodes and a log of five lines on two days."""
    made = Settings(feeds=tmp_path / "feeds", output=tmp_path / "output", state=tmp_path / "state", access_logs=(str(tmp_path / "logs" / "*.log"),))
    for number, title in (("a" * 16, "Chợ phiên <b>"), ("b" * 16, "Nước sạch")):
        catalog(made).commit("tin", published(number, title))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "one.log").write_bytes(b"".join((
        line(path=f"/tin/{'a' * 16}.mp3", when="22/Nov/2026:06:00:00 +0700"), line(path=f"/tin/{'a' * 16}.mp3", client="192.0.2.2", when="24/Nov/2026:06:00:00 +0700"),
        line(path=f"/tin/{'b' * 16}.mp3", client="192.0.2.3", when="24/Nov/2026:07:00:00 +0700", agent="Spotify/8.8.42 Android/33"),
        line(path=f"/tin/{'a' * 16}.mp3", client="192.0.2.4", when="01/Nov/2026:06:00:00 +0700"), line(path="/tin/feed.xml"),
    )))  # fmt: skip
    return made


def test_days_episodes_and_apps(settings: Settings) -> None:
    found = listens(settings, "tin", 7, NOW, salt=SALT)
    assert (found["logs"], found["read"], found["broken"], found["downloads"], found["listeners"], found["heard"]) == (True, 1, [], 3, 3, 2)
    assert [day["day"] for day in found["days"]] == [f"2026-11-{day}" for day in range(18, 25)]
    assert [day["downloads"] for day in found["days"]] == [0, 0, 0, 0, 1, 0, 2]
    assert [(one["name"], one["title"], one["downloads"]) for one in found["episodes"]] == [
        (name_of("tin", "a" * 16), "Chợ phiên <b>", 2),
        (name_of("tin", "b" * 16), "Nước sạch", 1),
    ]
    assert {one["app"]: one["downloads"] for one in found["apps"]} == {"AntennaPod": 2, "Spotify": 1}
    assert sum(one["share"] for one in found["apps"]) == pytest.approx(1)
    assert listens(settings, "tin", 30, NOW, salt=SALT)["downloads"] == 4
    assert len(listens(settings, "tin", 10_000, NOW, salt=SALT)["days"]) == 366


@pytest.mark.parametrize(("logs", "named"), [((), False), (("/nowhere/*.log",), True)])
def test_nothing_to_count_is_no_error(settings: Settings, logs: tuple[str, ...], named: bool) -> None:  # noqa: FBT001
    found = listens(dataclasses.replace(settings, access_logs=logs), "tin", 3, NOW, salt=SALT)
    assert (found["logs"], found["read"], found["downloads"], found["episodes"], found["apps"], found["first"]) == (named, 0, 0, [], [], None)
    assert [day["downloads"] for day in found["days"]] == [0, 0, 0]
    assert listens(settings, "other", 3, NOW, salt=SALT)["downloads"] == 0


def test_a_log_that_breaks_off_is_named_without_its_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "logs" / "two.log").write_bytes(b"\x1f\x8b\x08\x00broken")
    found = listens(settings, "tin", 7, NOW, salt=SALT)
    assert found["downloads"] == 3
    assert [one["log"] for one in found["broken"]] == ["two.log"]


def test_logs_of_before_the_days_are_not_read_and_none_twice(settings: Settings, tmp_path: Path) -> None:
    old = tmp_path / "logs" / "old.log"
    old.write_bytes(b"x")
    os.utime(old, (NOW.timestamp() - 30 * 86400,) * 2)
    (tmp_path / "logs" / "link.log").symlink_to("one.log")
    twice = dataclasses.replace(settings, access_logs=(*settings.access_logs, str(tmp_path / "logs" / "one.log")))
    assert listens(twice, "tin", 7, NOW, salt=SALT)["read"] == 1
    assert listens(twice, "tin", 90, NOW, salt=SALT)["read"] == 2


def test_counts_are_kept_for_a_minute_and_longer_where_the_logs_stand_still(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def noted(*given: object, salt: bytes) -> dict[str, int]:
        asked.append(given)
        return {"count": len(asked)}

    monkeypatch.setattr("audiopub.desk.listens.listens", noted)
    kept = Listens(settings)
    log = tmp_path / "logs" / "one.log"
    seen = []
    for seconds, grows in ((0, False), (30, True), (59, True), (61, True), (90, False), (300, False), (301, True)):
        if grows:
            log.write_bytes(log.read_bytes() + b"\n")
        seen.append(kept.of("tin", 7, NOW + timedelta(seconds=seconds))["count"])
    assert seen == [1, 1, 1, 2, 2, 2, 3]
    assert kept.of("tin", 30, NOW)["count"] == 4
    assert kept.of("tin", 7, NOW + timedelta(hours=1))["count"] == 5


def test_the_setting(tmp_path: Path) -> None:
    assert Settings.read(environment={"AUDIOPUB_ACCESS_LOGS": " /a/*.log , b.log,"}).access_logs == ("/a/*.log", "b.log")
    assert Settings.read(environment={}).access_logs == ()


def test_the_picture_can_be_read_out_and_holds_no_style(settings: Settings) -> None:
    days = [*listens(settings, "tin", 7, NOW, salt=SALT)["days"]]
    drawn = plot(days, title="Lượt tải <theo> ngày", description='Nhiều nhất "2" & ít nhất 0')
    root = ET.fromstring(drawn)
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag, root.get("role"), root.get("aria-labelledby")) == (f"{SVG}title", f"{SVG}desc", "img", f"{title.get('id')} {desc.get('id')}")
    assert (title.text, desc.text) == ("Lượt tải <theo> ngày", 'Nhiều nhất "2" & ít nhất 0')
    bars = root.findall(f"{SVG}rect")
    assert [float(bar.get("height", "")) for bar in bars][:5] == [0, 0, 0, 0, 91.0] and float(bars[6].get("height", "")) == 182.0
    assert [bar[0].text for bar in bars][-1] == "24/11: 2"
    assert not any(name in element.attrib for element in root.iter() for name in ("style", "onclick", "href")) and "<style" not in drawn
    right = float(root.get("viewBox", "").split()[2])
    assert all(float(bar.get("x", "")) >= 0 and float(bar.get("x", "")) + float(bar.get("width", "")) <= right for bar in bars)


@pytest.mark.parametrize(
    "days",
    [[], [{"day": "2026-11-24", "downloads": 0}], [{"day": f"2026-{month:02}-{day:02}", "downloads": 10**7 * day} for month in range(1, 13) for day in range(1, 29)]],
)
def test_the_picture_of_few_and_of_many_days(days: list[dict[str, object]]) -> None:
    root = ET.fromstring(plot(days, title="a", description="b"))
    assert len(root.findall(f"{SVG}rect")) == len(days)
    assert len(root.findall(f"{SVG}text")) <= 8 + 6


def test_whoever_waits_for_the_logs_does_not_keep_others_from_working(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a large log is read, a few wait for it; the others are told to come again, and what is known is given at once."""
    begun, go = threading.Event(), threading.Event()

    def slowly(*_: object, **_more: object) -> dict[str, object]:
        begun.set()
        assert go.wait(20)
        return {"logs": True}

    desk = Listens(settings)
    desk.of("tin", 1, NOW)
    monkeypatch.setattr("audiopub.desk.listens.listens", slowly)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(desk.of, "tin", 30, NOW) for _ in range(4)]
        try:
            assert begun.wait(20)
            until = time.monotonic() + 20
            while not _refused(desk):
                assert time.monotonic() < until
            assert desk.of("tin", 1, NOW)["logs"]
        finally:
            go.set()
        answers = [one.exception(20) or one.result() for one in waiting]  # one of them may have come behind those that only tried
        assert {"logs": True} in answers and all(answer == {"logs": True} or isinstance(answer, TryAgain) for answer in answers)


def _refused(desk: Listens) -> bool:
    """Tell whether one more is told to come again; asked in a thread, as it may be let in to wait."""
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.append(_answer(desk)), daemon=True)
    thread.start()
    thread.join(0.3)
    return told == ["busy"]


def _answer(desk: Listens) -> str:
    try:
        desk.of("tin", 30, NOW)
    except TryAgain:
        return "busy"
    return "told"
