"""A newsroom with two shows on a loopback port: the real desk, its doors and a worker, and one article in each state that matters."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn

from audiopub.config import Settings
from audiopub.desk.model import Progress, Proof, View
from audiopub.desk.service import EditorsDesk, Submission
from audiopub.people import ROLES, Actor, Role, Via
from audiopub.publish.model import Episode
from audiopub.vietnamese import Entry
from audiopub.web.app import desk_app
from audiopub.web.doors import Doors
from audiopub.web.views import routers
from audiopub.workshop.service import Wishes, in_background

SHOW, OTHER = "thoi-su", "kinh-te"
LAN = Actor(name="lan", permissions=ROLES[Role.ADMIN], via=Via.DESK)
PASSWORD = "một hai ba bốn năm"  # noqa: S105  of people who do not exist
PAGE = """<html><head><title>{title}</title></head><body><nav>Trang chủ</nav><article><h1>{title}</h1>
<p class="sapo">Hơn 300 hộ dân ở bản Ổi đã có nước sạch sau nhiều năm chờ đợi.</p>
<p>Sáng 12/11, UBND huyện phối hợp với MTTQ bàn giao công trình cấp nước trị giá 15,5 tỷ đồng cho bà con. Ông Lò Văn Páo, trưởng bản, cho biết đây là niềm vui lớn
của cả bản trong nhiều năm qua.</p><h2>Nâng cao vai trò cấp ủy</h2>
<p>Theo ông, trước đây mỗi ngày người dân phải đi bộ 3 km để lấy nước, mùa khô thì phải chờ hàng giờ mới đầy một can.</p>
<p>Huyện sẽ tiếp tục khảo sát thêm năm bản khác trong năm 2027, ưu tiên những nơi có trường học và trạm y tế.</p></article></body></html>"""
TITLES = {
    "ready": "Nước sạch về bản Ổi", "published": "Đường về xã Tà Lèng thông xe sau ba năm thi công", "corrected": "Chợ phiên vùng cao mở lại",
    "scheduled": "Trường bán trú khai giảng muộn", "draft": "Người giữ nghề rèn",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class House:
    """The newsroom as it is being served."""

    origin: str
    desk: EditorsDesk
    doors: Doors
    names: dict[str, str]
    """Of its articles, by what became of them."""

    def until_done(self, progress: Progress) -> Progress:
        """Wait for a job."""
        return until_done(self.desk, progress)


def until_done(desk: EditorsDesk, progress: Progress) -> Progress:
    """Wait for a job."""
    for _ in range(1200):
        found = desk.job(LAN, progress.job)
        if found.state not in {"queued", "running", "waiting"}:
            return found
        time.sleep(0.05)
    raise TimeoutError(progress.job)


def proof_of(desk: EditorsDesk, name: str) -> Proof:
    """Give what was made of a draft."""
    found = desk.view(LAN, name).proof
    assert found
    return found


def episode_of(desk: EditorsDesk, name: str) -> Episode:
    """Give what listeners have of an article."""
    found = desk.view(LAN, name).episode
    assert found
    return found


def made(desk: EditorsDesk, name: str) -> View:
    """Have a draft made to be heard."""
    assert until_done(desk, desk.render(LAN, name)[0]).state == "done"
    return desk.view(LAN, name)


def published(desk: EditorsDesk, name: str, **more: object) -> View:
    """Publish what was made of a draft."""
    done = until_done(desk, desk.publish(LAN, name, fingerprint=proof_of(desk, name).fingerprint, accept=["heard"], **more))  # type: ignore[arg-type]
    assert done.state == "done", done
    return desk.view(LAN, name)


def changed(desk: EditorsDesk, name: str, old: str, new: str) -> View:
    """Change words of a draft."""
    draft = desk.view(LAN, name).draft
    assert draft
    block = next(block for block in draft.blocks if old in block.text)
    return desk.edit(LAN, name, "rewrite", {"block": block.id, "text": block.text.replace(old, new)}, version=block.version)


def article(desk: EditorsDesk, title: str) -> str:
    """Put an article on the desk; give its name."""
    found, _ = desk.submit(LAN, Submission(show=SHOW, body=PAGE.format(title=title).encode(), source_id=title))
    return found.item.name


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Open a newsroom in a folder and serve it; its accounts are ``lan`` (administrator), ``minh`` (editor) and ``thu`` (publisher)."""
    feeds = folder / "feeds"
    feeds.mkdir(parents=True)
    for slug, title in ((SHOW, "Thời sự"), (OTHER, "Kinh tế")):
        (feeds / f"{slug}.toml").write_text(
            f'title = "{title}"\ndescription = "Tin trong ngày"\nauthor = "Báo Vùng Cao"\nowner = {{ name = "Báo", email = "a@bao.example" }}\n'
            f'base_url = "https://nghe.bao.example"\nvoice = {{ chain = ["espeak"] }}\nsources = ["{folder / "nguon"}"]\n'
        )
    (folder / "nguon").mkdir()
    (folder / "nguon" / "mua-vang.txt").write_text("Mùa vàng trên ruộng bậc thang\n\n" + "Bà con gặt lúa từ sáng sớm, xe chở thóc nối nhau về bản. " * 8)
    (folder / "nguon" / "qua-ngan.txt").write_text("Tin vắn\n\nTrời mưa.")
    logs = folder / "access.log"
    settings = Settings(feeds=feeds, output=folder / "output", state=folder / "state", min_free=1, rules=folder / "rules", access_logs=(str(logs),))
    desk, doors = EditorsDesk(settings), Doors.of(settings)
    for name, role in (("lan", Role.ADMIN), ("minh", Role.EDITOR), ("thu", Role.PUBLISHER)):
        doors.reception.add(name, role, PASSWORD, by=LAN)
    desk.save_entry(LAN, SHOW, "newsroom", Entry(written="MTTQ", spoken="mặt trận tổ quốc", reason="theo ban thư ký"))
    desk.save_entry(LAN, SHOW, "show", Entry(written="Páo", spoken="pao"))
    with in_background(settings, Wishes(slots=1)), socket.create_server(("127.0.0.1", 0)) as listener:
        names = _seeded(desk)
        logs.write_text(_downloads(desk, names["published"]))
        app = desk_app(desk, doors, routers=routers)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield House(origin=f"http://127.0.0.1:{listener.getsockname()[1]}", desk=desk, doors=doors, names=names)
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def _downloads(desk: EditorsDesk, name: str) -> str:
    """Write an access log in which an episode is downloaded: four times today, twice yesterday."""
    episode, now = desk.episode(LAN, name), desk.tools.now()
    return "".join(
        f'203.0.113.{number} - - [{now - timedelta(days=day, minutes=number):%d/%b/%Y:%H:%M:%S %z}] "GET /{SHOW}/{episode.audio} HTTP/1.1" 200 {episode.audio_bytes} '
        f'"-" "AntennaPod/3.{number}"\n'
        for day, count in ((0, 4), (1, 2))
        for number in range(1, count + 1)
    )


def _seeded(desk: EditorsDesk) -> dict[str, str]:
    names = {state: article(desk, title) for state, title in TITLES.items()}
    for state in ("ready", "published", "corrected", "scheduled"):
        made(desk, names[state])
    published(desk, names["published"])
    published(desk, names["corrected"])
    changed(desk, names["corrected"], "3 km", "5 km")
    made(desk, names["corrected"])
    published(desk, names["corrected"], note="Con đường dài 5 km, không phải 3 km")
    changed(desk, names["corrected"], "hàng giờ", "hai giờ")
    made(desk, names["corrected"])
    published(desk, names["scheduled"], at=desk.tools.now() + timedelta(days=1))
    return names
