"""Whether what is written of an episode is what is heard: `python benchmarks/accuracy.py [EPISODES]`.

Episodes of our own writing in espeak's three voices. Each MP3 is decoded by FFmpeg (package av) and compared with what its files say:
* where sound begins and ends, found by an onset detector that knows nothing of audiopub (energy of 5 ms over a threshold, after 100 ms of quiet),
  against the cues of the WebVTT file and the chapters;
* the length in samples, in the Info header, in ID3 TLEN, in the feed, in the record;
* loudness and true peak by FFmpeg's ebur128.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import av
import mutagen.id3
import mutagen.mp3
import numpy as np
import webvtt
from lxml import etree
from numpy.typing import NDArray

from audiopub import bootstrap, pipeline
from audiopub.config import find_show
from audiopub.engines.espeak import EspeakEngine
from audiopub.source import Page, PageForm
from benchmarks.levels import measured
from benchmarks.pipeline import fresh_settings
from benchmarks.texts import article

_FRAME, _QUIET = 0.005, 0.1
_AUDIBLE = 10 ** (-40 / 20)
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}duration"


def decoded(path: Path) -> tuple[NDArray[np.float32], int]:
    """Decode an MP3 as FFmpeg does."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]), frames[0].sample_rate


def onsets(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Give the seconds at which sound begins after a quiet."""
    step = int(_FRAME * rate)
    loud = np.abs(samples[: len(samples) // step * step]).reshape(-1, step).max(axis=1) > _AUDIBLE
    quiet = int(_QUIET / _FRAME)
    starts = [place for place in np.flatnonzero(loud) if not loud[max(0, place - quiet) : place].any()]
    return np.array(starts) * step / rate


def seconds_of(text: str) -> float:
    """Read a WebVTT time."""
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def judged(folder: Path, episode: Any, feed: Any) -> dict[str, float]:
    """Compare one episode with what is said of it."""
    path = folder / episode.audio
    samples, rate = decoded(path)
    heard = onsets(samples, rate)
    cues = [seconds_of(caption.start) for caption in webvtt.read(str(folder / episode.file(".vtt")))]
    chapters = [mark.start / 1000 for mark in episode.chapters[1:]]
    item = next(item for item in feed.findall("channel/item") if item.findtext("guid") == episode.guid)
    exact = len(samples) / rate
    loudness, peak = measured(path.read_bytes())
    return {
        "cue": max(float(np.abs(heard - cue).min()) for cue in cues), "chapter": max((float(np.abs(heard - start).min()) for start in chapters), default=0.0),
        "info": abs(mutagen.mp3.MP3(path).info.length - exact), "tlen": abs(int(str(mutagen.id3.ID3(path)["TLEN"])) / 1000 - exact),
        "record": abs(episode.duration / 1000 - exact), "feed": abs(int(str(item.findtext(_ITUNES))) - exact), "loudness": abs(loudness + 16), "peak": peak,
    }  # fmt: skip


def main() -> int:
    """Print the worst of each; exit 1 where one is out of bounds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    found: list[dict[str, float]] = []
    voices = EspeakEngine.voices()
    for number in range(count):
        with fresh_settings() as settings:
            studio = bootstrap.studio(find_show(settings.feeds, "ban-tin-doi-che"), settings, (f"espeak:{voices[number % len(voices)].name}",))
            page = Page(body=article(1 + number % 5, seed=500 + number).encode(), name=f"{number}.html", identity=str(number), form=PageForm.HTML)
            episode = pipeline.render(studio, page, now=datetime(2026, 11, 24, tzinfo=UTC), progress=lambda *_: None).episode
            folder = settings.output / studio.channel.slug
            found.append(judged(folder, episode, etree.parse(folder / "feed.xml").getroot()))
    worst = {name: max(one[name] for one in found) for name in found[0]}
    print(f"{count} episodes, the worst of each:")
    for name, text in (("cue", "cue beside the onset heard"), ("chapter", "chapter beside the onset heard")):
        print(f"  {text:<44} {1000 * worst[name]:8.1f} ms")
    for name, text in (("info", "length in the Info header beside the samples"), ("tlen", "in ID3"), ("record", "in the record"), ("feed", "in the feed, whole seconds")):
        print(f"  {text:<44} {1000 * worst[name]:8.3f} ms")
    print(f"  {'loudness beside -16 LUFS':<44} {worst['loudness']:8.2f} LU")
    print(f"  {'true peak':<44} {worst['peak']:8.2f} dBTP")
    bounds = {"cue": 0.020, "chapter": 0.020, "info": 0.001, "tlen": 0.001, "record": 0.001, "feed": 0.501, "loudness": 0.3, "peak": -1.0}
    return int(any(worst[name] > bound for name, bound in bounds.items()))


if __name__ == "__main__":
    sys.exit(main())
