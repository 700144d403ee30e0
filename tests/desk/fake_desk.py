"""An editors' desk in memory: the signatures of ``EditorsDesk``, real drafts and real readings, tones for voices."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import lameenc
import numpy as np

from audiopub.article import Article, Block, BlockKind
from audiopub.article.shown import shown
from audiopub.desk.model import DeskState, Happening, Impact, Item, Listing, Piece, Preview, Progress, Proof, Sentence, View, name_of
from audiopub.desk.service import Submission
from audiopub.editing import Draft, Manner, Origin, OriginKind, drafted
from audiopub.errors import BadInput, FetchFailed, NotFound, Outdated
from audiopub.people import Actor, Permission, Via
from audiopub.publish.model import Episode
from audiopub.script import Segment, SegmentKind
from audiopub.source import Page, PageForm
from audiopub.vietnamese import Entry, Lexicon, read, sentences

SHOW = "thoi-su"
ADMIN = Actor(name="minh.hang", permissions=frozenset(Permission), via=Via.DESK)
RATE = 16_000
DAY = date(2026, 11, 26)
BLOCKS = (
    (BlockKind.CAPTION, "Lãnh đạo TP Thái Nguyên trao đổi với người dân phường Phan Đình Phùng. Ảnh: Minh Hằng", "caption.words"),
    (BlockKind.PARAGRAPH, "Ba năm gần đây, UBND TP Thái Nguyên đã rút ngắn thời gian giải quyết thủ tục từ 15 ngày xuống 7 ngày, đạt 98,5% hồ sơ đúng hạn.", "paragraph"),
    (BlockKind.HEADING, "Nâng cao vai trò của cơ sở", "heading.plain"),
    (BlockKind.PARAGRAPH, "Ngày 2/9, HĐND thành phố họp phiên bất thường. Bà Hoàng Thị Loft, ở tổ 4, nói: “Chúng tôi chờ việc này đã lâu”.", "paragraph"),
    (BlockKind.QUOTE, "Cán bộ phải đến tận nhà dân, không ngồi chờ ở trụ sở. Việc gì làm được trong ngày thì làm ngay trong ngày.", "quote.tag"),
    (BlockKind.PARAGRAPH, "Dự án có vốn 1.250 tỷ đồng, dài 12,4 km, khởi công quý III/2026. Theo nhà thầu TSMC, mặt đường rộng 6-8 m.", "paragraph"),
    (BlockKind.LIST_ITEM, "Phường Trưng Vương: 4 tổ dân phố.", "list.tag"),
    (BlockKind.FURNITURE, "Xem thêm: Giá vàng hôm nay tăng mạnh", "box.related"),
    (BlockKind.PARAGRAPH, "Chủ tịch MTTQ phường cho biết sẽ tiếp tục lấy ý kiến người dân đến hết tháng 12.", "paragraph"),
    (BlockKind.BYLINE, "Minh Hằng", "byline.right"),
    (BlockKind.FURNITURE, "Phản hồi", "boilerplate.words"),
)
PAGE = "<html><body><h1>Đảng bộ thành phố</h1><script>window.PWNED=1</script>" + "".join(f"<p>{text}</p>" for _, text, _ in BLOCKS) + "</body></html>"
TITLE = "Đảng bộ thành phố Thái Nguyên đổi mới phương thức lãnh đạo"


@dataclass
class Kept:
    """An article of the desk."""

    item: Item
    draft: Draft
    past: list[Draft] = field(default_factory=list)
    proof: Proof | None = None
    newer: Article | None = None


def article(title: str = TITLE, blocks: Sequence[tuple[BlockKind, str, str]] = BLOCKS) -> Article:
    """Make an article."""
    return Article(
        title=title, lead="Sau ba năm, cách làm mới đã đến từng tổ dân phố.", author="Minh Hằng", category="Chính trị", published=datetime(2026, 11, 24, tzinfo=UTC),
        blocks=tuple(Block(kind=kind, text=text, rule=rule) for kind, text, rule in blocks),
    )  # fmt: skip


class Watch:
    """What happened since it was last asked."""

    def __init__(self, desk: "FakeDesk", since: int) -> None:
        self._desk, self._since = desk, since

    def new(self) -> tuple[Happening, ...]:
        found = self._desk.happenings[self._since :]
        self._since += len(found)
        return tuple(Happening(at_ms=at, name=name, progress=Progress(job="j", state="running")) for at, name in found)


class FakeDesk:
    """Does what the desk does, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.entered: list[Entry] = []
        self.said: dict[str, bytes] = {}
        self.happenings: list[tuple[int, str]] = []
        self.calls: list[tuple[object, ...]] = []
        self.refuses: set[str] = set()

    def lay(self, number: int, state: DeskState = DeskState.DRAFT, title: str = TITLE, **more: Any) -> str:
        """Put an article on the desk; give its name."""
        episode = f"{number:016x}"
        name = name_of(SHOW, episode)
        origin = Origin(kind=OriginKind.ADDRESS, name=f"https://bao.example/{number}", identity=str(number), page="p")
        values: dict[str, Any] = {"section": "Chính trị", "changed_ms": 1_795_600_000_000 - number * 3_600_000, "by": "minh"} | more
        item = Item(name=name, show=SHOW, id=episode, title=title, state=state, **values)
        self.kept[name] = Kept(item, drafted(SHOW, episode, origin, article(title), DAY))
        return name

    def of(self, name: str) -> Kept:
        if name not in self.kept:
            raise NotFound("draft.not_found", name=name)
        return self.kept[name]

    def shows(self) -> tuple[tuple[str, str], ...]:
        return (SHOW, "Thời sự Thái Nguyên"), ("van-hoa", "Văn hóa cuối tuần")

    def listing(self, actor: Actor, *, show: str = "", search: str = "", states: Sequence[str] = (), cursor: str = "", limit: int = 50) -> Listing:
        actor.must(Permission.READ)
        every = [kept.item for kept in self.kept.values() if show in {"", kept.item.show}]
        counts: dict[str, int] = {}
        for item in every:
            counts[item.state] = counts.get(item.state, 0) + 1
        found = [item for item in every if search.lower() in item.title.lower() and (not states or item.state in states)]
        begin = int(cursor or 0)
        return Listing(items=tuple(found[begin : begin + limit]), total=len(found), counts=counts, cursor=str(begin + limit) if begin + limit < len(found) else "")

    def view(self, actor: Actor, name: str) -> View:
        actor.must(Permission.READ)
        kept = self.of(name)
        episode: Episode | None = None
        fresh = kept.proof is not None and kept.proof.version == kept.draft.version
        return View(item=replace(kept.item, title=kept.draft.title), draft=kept.draft, episode=episode, proof=kept.proof, proof_is_fresh=fresh)

    def script(self, actor: Actor, name: str) -> tuple[Sentence, ...]:
        return _script(self.of(name), self.entered)

    def picked(self, actor: Actor, show: str) -> tuple[tuple[str, str, str], ...]:
        return tuple((f"https://bao.example/nguon-{number}", f"Tin từ nguồn số {number}", "new" if number else "desk") for number in range(4))

    def source(self, actor: Actor, name: str) -> str:
        self.of(name)
        return shown(Page(body=PAGE.encode(), name=name, identity=name, form=PageForm.HTML, charset="utf-8"))

    def voices(self, actor: Actor, show: str) -> tuple[str, ...]:
        return "espeak", "piper:vi_VN-vais1000-medium"

    def newer(self, actor: Actor, name: str) -> tuple[str, ...]:
        kept = self.of(name)
        return (TITLE, *(text.replace("2/9", "3/9") for _, text, rule in BLOCKS if rule == "paragraph")) if kept.draft.waiting else ()

    def watch(self, actor: Actor, since: int = 0) -> "Watch":
        return Watch(self, since or len(self.happenings))

    def happens(self, name: str) -> None:
        self.happenings.append((len(self.happenings) + 1, name))

    def submit(self, actor: Actor, submission: Submission) -> tuple[View, bool]:
        actor.must(Permission.EDIT)
        self.calls.append(("submit", submission))
        if "127.0.0.1" in submission.url:
            raise FetchFailed("fetch.refused", url=submission.url, reason="127.0.0.1")
        if (submission.url or submission.body).__len__() < 30 and "article.too_short" not in submission.accept:
            raise BadInput("article.too_short", source="bài", words=12, fewest=60)
        name = self.lay(9000 + len(self.kept), title=submission.title or TITLE)
        return self.view(actor, name), True

    def open_draft(self, actor: Actor, name: str) -> View:
        return self.view(actor, name)

    def edit(self, actor: Actor, name: str, act: str, values: Mapping[str, Any], *, version: int | None) -> View:
        actor.must(Permission.EDIT)
        kept = self.of(name)
        block = values.get("block", "")
        present = next((one for one in kept.draft.blocks if one.id == block), None)
        if version is not None and (present.version > version if present else block or kept.draft.version != version):
            raise Outdated("draft.outdated", present=present.text if present else "", yours=str(values.get("text", "")))
        kept.past.append(kept.draft)
        kept.draft = _edited(kept.draft, act, values)
        return self.view(actor, name)

    def undo(self, actor: Actor, name: str, *, version: int) -> View:
        kept = self.of(name)
        kept.draft = replace(kept.past.pop(), version=kept.draft.version + 1) if kept.past else kept.draft
        return self.view(actor, name)

    def take_waiting(self, actor: Actor, name: str, *, version: int, keep: bool = False) -> View:
        self.calls.append(("take_waiting", keep))
        kept = self.of(name)
        kept.draft = replace(kept.draft, waiting="", version=version + 1)
        return self.view(actor, name)

    def discard(self, actor: Actor, name: str) -> None:
        del self.kept[name]

    def preview(self, actor: Actor, text: str, *, show: str, article: str = "", word: str = "", say: str = "", voice: str = "") -> Preview:
        self.calls.append(("preview", text, word, say))
        entries = [Entry(written=word, spoken=say)] if word and say else []
        token = f"{len(self.said):064x}"
        self.said[token] = tones([900])
        return Preview(spoken=read(text, Lexicon((*self.entered, *entries))).spoken, token=token, duration_ms=900)

    def preview_sound(self, actor: Actor, token: str) -> bytes:
        if token not in self.said:
            raise NotFound("draft.not_found", name=token)
        return self.said[token]

    def impact(self, actor: Actor, show: str, scope: str, entry: Entry | None, written: str = "", article: str = "") -> Impact:
        word = entry.written if entry else written
        return Impact(sentences=12, episodes=3, examples=(("Họp tổ dân phố", f"Theo {word}, việc đã xong.", "như cũ", entry.spoken if entry else ""),))

    def entries(self, actor: Actor, show: str, *, search: str = "") -> tuple[Entry, ...]:
        return ()

    def save_entry(self, actor: Actor, show: str, scope: str, entry: Entry, article: str = "") -> None:
        actor.must(Permission.EDIT)
        self.calls.append(("save_entry", show, scope, entry.written, entry.spoken, article))
        self.entered.append(entry)

    def render(self, actor: Actor, name: str) -> tuple[Progress, bool]:
        actor.must(Permission.EDIT)
        kept = self.of(name)
        self.calls.append(("render", name))
        at = Progress(job="j1", state="running", stage="speaking", done=4, of=11)
        kept.item = replace(kept.item, state=DeskState.RENDERING, progress=at)
        self.happens(name)
        return at, True

    def finish(self, name: str) -> None:
        """End a render."""
        kept = self.of(name)
        script = _script(kept, self.entered, timed=False)
        kept.proof = Proof(
            fingerprint=f"{kept.draft.version:064x}", version=kept.draft.version, duration_ms=sum(map(_length, script)), loudness_lufs=-16.1, bytes=1, voice="eSpeak NG",
            fallback=False, made=3, segments=len(script), warnings=(), unsure=2,
        )  # fmt: skip
        kept.item = replace(kept.item, state=DeskState.READY, progress=None, duration_ms=kept.proof.duration_ms, proof=kept.proof.fingerprint)
        self.happens(name)

    def cancel(self, actor: Actor, name: str) -> Progress | None:
        kept = self.of(name)
        kept.item = replace(kept.item, state=DeskState.DRAFT, progress=None)
        self.happens(name)
        return None

    def retry(self, actor: Actor, job_id: str) -> Progress:
        return Progress(job=job_id, state="queued")

    def proof_file(self, actor: Actor, name: str, fingerprint: str, file: str) -> tuple[BinaryIO, int]:
        kept = self.of(name)
        if kept.proof is None or kept.proof.fingerprint != fingerprint:
            raise NotFound("draft.not_found", name=name)
        made = {"audio.mp3": lambda: tones([_length(one) for one in _script(kept, self.entered, timed=False)]), "waveform.svg": _waves}
        body = made[file]()
        return io.BytesIO(body), len(body)

    def heard(self, actor: Actor, name: str, fingerprint: str) -> None:
        kept = self.of(name)
        if kept.proof:
            kept.proof = replace(kept.proof, heard={actor.name: 1_795_600_000_000})

    def publish(self, actor: Actor, name: str, *, fingerprint: str, **_: object) -> Progress:
        actor.must(Permission.PUBLISH)
        self.calls.append(("publish", name, fingerprint))
        kept = self.of(name)
        kept.item = replace(kept.item, state=DeskState.PUBLISHED)
        return Progress(job="j2", state="done")

    def withdraw(self, actor: Actor, name: str, *, reason: str, notice: bool) -> View:
        actor.must(Permission.PUBLISH)
        self.calls.append(("withdraw", name, reason))
        kept = self.of(name)
        kept.item = replace(kept.item, state=DeskState.WITHDRAWN)
        return self.view(actor, name)


def _edited(draft: Draft, act: str, values: Mapping[str, Any]) -> Draft:
    block = values.get("block", "")
    acts = {
        "include": lambda: draft.include(block, values["included"]), "rekind": lambda: draft.rekind(block, BlockKind(values["kind"])),
        "rewrite": lambda: draft.rewrite(block, values["text"]), "split": lambda: draft.split(block, values["at"]), "merge": lambda: draft.merge(block),
        "retitle": lambda: draft.retitle(values["title"], values["lead"]), "manner": lambda: draft.in_manner(Manner(**values)),
    }  # fmt: skip
    return acts[act]()


def _script(kept: Kept, entered: Sequence[Entry], *, timed: bool = True) -> tuple[Sentence, ...]:
    lexicon = Lexicon(tuple(entered))
    texts = [("", "Thời sự Thái Nguyên, ngày 26/11.", SegmentKind.OPENING), ("title", kept.draft.title, SegmentKind.TITLE), ("lead", kept.draft.lead, SegmentKind.LEAD)]
    for block in kept.draft.blocks:
        if block.included:
            kind = SegmentKind.HEADING if block.kind is BlockKind.HEADING else SegmentKind.SENTENCE
            texts += [(block.id, sentence, kind) for sentence in sentences(block.text)]
    found, at = [], 0
    for number, (place, text, kind) in enumerate(texts):
        reading = read(text, lexicon)
        segment = Segment(section=0, kind=kind, written=text, spoken=reading.spoken, rewrites=reading.rewrites, pause_after=300)  # type: ignore[arg-type]
        one = Sentence(number=number, block=place, segment=segment, pieces=_pieces(text, segment))
        length = _length(one)
        found.append(replace(one, start_ms=at, end_ms=at + length) if timed and kept.proof else one)
        at += length
    return tuple(found)


def _pieces(text: str, segment: Segment) -> tuple[Piece, ...]:
    made, at = [], 0
    for rewrite in segment.rewrites:
        made += [Piece(text=text[at : rewrite.start])] if text[at : rewrite.start] else []
        made.append(Piece(text=text[rewrite.start : rewrite.end], rewrite=rewrite))
        at = rewrite.end
    return (*made, Piece(text=text[at:])) if text[at:] else tuple(made)


def _length(sentence: Sentence) -> int:
    return 240 + 12 * min(60, len(sentence.segment.spoken))


def tones(lengths: Sequence[int]) -> bytes:
    """Make an MP3 with a tone of each length in milliseconds."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(32)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.silence()
    parts = [0.2 * np.sin(2 * math.pi * (220 + 30 * (place % 8)) * np.arange(length * RATE // 1000) / RATE) for place, length in enumerate(lengths)]
    return bytes(encoder.encode((np.concatenate(parts) * 32000).astype(np.int16).tobytes()) + encoder.flush())


def _waves() -> bytes:
    bars = "".join(f"M{place * 4 + 2} {24 - h}v{2 * h}" for place in range(180) for h in [2 + round(18 * abs(math.sin(place / 7) * math.cos(place / 3)))])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 48" preserveAspectRatio="none"><path d="{bars}" stroke="#7d776c" stroke-width="2.4"/></svg>'.encode()
    )
