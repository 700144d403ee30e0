"""Damage to what lies in the cache: it is seen, made again, and nobody hears of it."""

import io
import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from audiopub.adapters.memory import MemoryCatalog, MemoryStore
from audiopub.adapters.mp3 import LameEncoder
from audiopub.adapters.segment_files import FileCache
from audiopub.engines.silent import SilentEngine
from audiopub.errors import ConfigInvalid
from audiopub.pipeline import Outcome, Result, Studio, render
from audiopub.publish.model import Channel
from audiopub.script import Style
from audiopub.source import Page, PageForm
from audiopub.speech import SegmentCache, VoiceChain, segment_key
from tests.sounds import take

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HEADER = len(b"audiopub-segment-2\n") + 4
DIGEST = 32
TEXT = """Chợ phiên họp sớm

Sáng chủ nhật, người bán rau, người bán vải và người bán gà đã đến chợ từ khi trời còn tối. Năm nay sương xuống dày, đường lên bản trơn, nhưng
hàng hóa vẫn về đủ. Ban quản lý chợ cho biết số gian hàng nhiều hơn mọi năm, giá cả không đổi, và nhà nào cũng bán hết trước buổi trưa.
Người mua đến từ các xã bên, có người đi bộ ba tiếng đồng hồ chỉ để mua một con dao và gặp lại bạn cũ.
"""
CHANNEL = Channel(
    slug="ban-tin", title="Bản tin", description="Tin", language="vi", author="Báo", owner_name="Báo", owner_email="a@bao.example", category="News",
    subcategory=None, copyright="Báo", base_url="https://podcast.example", website=None, guid="00000000-0000-5000-8000-000000000000",
)  # fmt: skip


def studio(cache: SegmentCache) -> Studio:
    """Make a studio that hums, publishes into memory and keeps its segments in a cache."""
    return Studio(
        channel=CHANNEL, style=Style(show="Bản tin"), chain=VoiceChain(["silent"], lambda _name: SilentEngine()), cache=cache, encoder=LameEncoder(),
        store=MemoryStore(), archive=MemoryStore(), catalog=MemoryCatalog(), scratch=lambda: nullcontext(io.BytesIO()),
    )  # fmt: skip


def rendered(cache: SegmentCache) -> tuple[Result, bytes]:
    """Render the article afresh with what a cache holds; give the result and the MP3."""
    made = studio(cache)
    result = render(made, Page(body=TEXT.encode(), name="bai.txt", identity="file:bai.txt", form=PageForm.TEXT), now=NOW, progress=lambda *_: None)
    assert result.outcome is Outcome.PUBLISHED
    assert result.episode is not None
    audio = made.store.get(f"ban-tin/{result.episode.audio}")
    assert audio is not None
    return result, audio


def segments(root: Path) -> list[Path]:
    """List the files of a cache folder."""
    return sorted(root.rglob("*.seg"))


def flipped(place: int) -> Callable[[bytes], bytes]:
    """Make a damage that flips one byte."""

    def damage(content: bytes) -> bytes:
        at = place % len(content)
        return content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :]

    return damage


def body_of(content: bytes) -> int:
    """Give the place of the first sample in a segment's file."""
    return HEADER + int.from_bytes(content[HEADER - 4 : HEADER], "little") + 2 * DIGEST


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "magic": flipped(3), "size of the head": flipped(HEADER - 4), "head": flipped(HEADER + 5), "rate": lambda content: content.replace(b"22050", b"22051", 1),
    "levels": lambda content: flipped(body_of(content) - 2 * DIGEST - 9)(content), "first sample": lambda content: flipped(body_of(content))(content),
    "hash of the head": lambda content: flipped(body_of(content) - 2 * DIGEST)(content), "hash of the samples": lambda content: flipped(body_of(content) - 1)(content),
    "last sample": flipped(-1), "middle": lambda content: flipped(len(content) // 2)(content), "cut in the samples": lambda content: content[:-900],
    "cut in the levels": lambda content: content[: HEADER + 400], "cut in the head": lambda content: content[:9], "empty": lambda _content: b"",
    "longer": lambda content: content + b"\0\0", "zeros": lambda content: bytes(len(content)), "another format": lambda _content: b"RIFF....WAVEfmt ",
}  # fmt: skip
SEEN_AT_A_GLANCE = set(DAMAGE) - {"first sample", "last sample", "middle", "hash of the samples"}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_segment_is_made_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A damaged file is seen and only its segment is spoken again; the MP3 is the same to the byte, and the file is whole again."""
    first, audio = rendered(FileCache(tmp_path))
    victim = segments(tmp_path)[1]
    whole = victim.read_bytes()
    victim.write_bytes(damage(whole))
    again, same_audio = rendered(FileCache(tmp_path))
    assert (first.made, again.made) == (len(segments(tmp_path)), 1)
    assert same_audio == audio
    assert victim.read_bytes() == whole


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_segment_is_never_given_out(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A damaged file counts as absent and is gone after it was seen."""
    cache, key = FileCache(tmp_path), segment_key("silent/1", "một")
    cache.put(key, take(SilentEngine().speak("một")))
    (path,) = segments(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(key) is None
    assert not path.exists()


def test_every_byte_of_a_segment_is_guarded(tmp_path: Path) -> None:
    """Whichever byte flips, it is seen."""
    cache, key = FileCache(tmp_path), segment_key("silent/1", "một")
    sound = SilentEngine().speak("một")
    cache.put(key, take(type(sound)(sound.samples[:40], sound.rate)))
    (path,) = segments(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(flipped(place)(whole))
        assert cache.get(key) is None, place


def test_a_cache_that_lost_everything_changes_nothing(tmp_path: Path) -> None:
    """With every segment damaged the episode is spoken anew and comes out the same."""
    first, audio = rendered(FileCache(tmp_path))
    for path in segments(tmp_path):
        path.write_bytes(b"")
    again, same_audio = rendered(FileCache(tmp_path))
    assert again.made == first.made
    assert same_audio == audio


def test_a_whole_cache_is_used(tmp_path: Path) -> None:
    """An undamaged cache gives everything, and the same MP3."""
    _, audio = rendered(FileCache(tmp_path))
    again, same_audio = rendered(FileCache(tmp_path))
    assert again.made == 0
    assert same_audio == audio


@pytest.mark.parametrize("place", ["", "ab"], ids=["root", "subfolder"])
def test_leftovers_of_a_broken_run_do_not_matter(tmp_path: Path, place: str) -> None:
    """Files that a killed run left half written are not taken for segments."""
    _, audio = rendered(FileCache(tmp_path))
    folder = tmp_path / (place or segments(tmp_path)[0].parent.name)
    folder.mkdir(exist_ok=True)
    (folder / ".tmp-k3v1n").write_bytes(b"audiopub-segment-1\nhalf")
    again, same_audio = rendered(FileCache(tmp_path))
    assert again.made == 0
    assert same_audio == audio


def test_a_cache_folder_that_is_a_file_is_a_matter_of_configuration(tmp_path: Path) -> None:
    """A cache that cannot be kept anywhere is an error that names the folder, not a crash."""
    (tmp_path / "cache").write_text("a file stands in the way")
    with pytest.raises(ConfigInvalid) as failure:
        rendered(FileCache(tmp_path / "cache"))
    assert failure.value.code == "config.unwritable"
    assert str(tmp_path / "cache") in str(failure.value)


def test_a_segment_whose_place_is_taken_by_a_folder_is_a_matter_of_configuration(tmp_path: Path) -> None:
    """A folder where a segment's file belongs is an error that names it, not a crash."""
    cache, key = FileCache(tmp_path), segment_key("silent/1", "một")
    (tmp_path / key[:1] / f"{key}.seg").mkdir(parents=True)
    with pytest.raises(ConfigInvalid):
        _through(cache, key)


def _through(cache: SegmentCache, key: str) -> None:
    """Use a cache as a narration does."""
    if cache.get(key) is None:
        cache.put(key, take(SilentEngine().speak("một")))


def test_sound_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    """Samples and rate survive the file, extremes included."""
    sound = SilentEngine().speak("một")
    extreme = type(sound)(np.array([-32768, 32767, 0, -1, 1], dtype=np.int16), sound.rate)
    cache = FileCache(tmp_path)
    cache.put("k" * 64, take(extreme))
    kept = FileCache(tmp_path).get("k" * 64)
    assert kept is not None
    assert (kept.pcm.samples.tolist(), kept.pcm.rate) == (extreme.samples.tolist(), extreme.rate)


@pytest.mark.parametrize("damage", sorted(SEEN_AT_A_GLANCE))
def test_damage_to_the_head_is_seen_at_a_glance(tmp_path: Path, damage: str) -> None:
    """A glance gives nothing from a file whose head or length is wrong, and the file is gone."""
    cache, key = FileCache(tmp_path), segment_key("silent/1", "một")
    cache.put(key, take(SilentEngine().speak("một")))
    (path,) = segments(tmp_path)
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    assert cache.glance(key) is None
    assert not path.exists()


def test_a_damaged_encoded_piece_is_never_given_out(tmp_path: Path) -> None:
    """Whichever byte flips, the piece counts as absent."""
    cache = FileCache(tmp_path)
    for place in range(59):
        cache.keep_frames("f" * 64, bytes(range(9)))
        (path,) = tmp_path.rglob("*.frames")
        path.write_bytes(flipped(place)(path.read_bytes()))
        assert cache.frames("f" * 64) is None, place


# Room


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    """Over its limit the cache gives up what was not used for longest; what was used within the hour stays."""
    now = [1_000_000.0]
    sound = take(SilentEngine().speak("một hai ba bốn năm"))
    for number in range(6):
        FileCache(tmp_path, clock=lambda: now[0]).put(f"{number}" * 64, sound)
        os.utime(next(tmp_path.rglob(f"{number}*.seg")), (now[0], now[0]))
        now[0] += 4000
    size = next(tmp_path.rglob("*.seg")).stat().st_size
    assert FileCache(tmp_path, clock=lambda: now[0]).get("0" * 64) is not None  # the oldest was used again just now
    gone = FileCache(tmp_path, clock=lambda: now[0]).prune(3 * size)
    assert (gone.segments, gone.size) == (3, 3 * size)
    assert sorted(path.name[0] for path in segments(tmp_path)) == ["0", "4", "5"]
    assert FileCache(tmp_path, clock=lambda: now[0]).prune(0).segments == 2  # the one in use is spared


def test_a_full_cache_makes_room_by_itself(tmp_path: Path) -> None:
    """A folder never grows far over its limit, whoever writes."""
    now = [1_000_000.0]
    sound = take(SilentEngine().speak("một hai ba bốn năm"))
    cache = FileCache(tmp_path, 400_000, clock=lambda: now[0])
    for number in range(40):
        key = f"{number:02d}" * 32
        cache.put(key, sound)
        path = tmp_path / key[:1] / f"{key}.seg"
        os.utime(path, (now[0], now[0]))
        now[0] += 4000
    assert cache.stock().size <= 400_000
    assert cache.get("39" * 32) is not None


def test_verifying_finds_what_is_broken(tmp_path: Path) -> None:
    """Every file is read; the damaged are named and gone, the whole are counted."""
    rendered(FileCache(tmp_path))
    cache = FileCache(tmp_path)
    cache.keep_frames("f" * 64, b"abc")
    victim = segments(tmp_path)[1]
    victim.write_bytes(flipped(-1)(victim.read_bytes()))
    count = len(segments(tmp_path))
    assert cache.verify() == (count, (victim.name,))
    assert cache.verify() == (count, ())
