"""The script that somebody would write from the same packages in an afternoon: `python benchmarks/naive.py PAGE.html FOLDER`.

bs4 for the text, espeak-ng once a sentence, pydub `+=` for joining, FFmpeg's loudnorm in two passes, feedgen for the feed. It gives what
audiopub gives at the least: one MP3 at -16 LUFS, 64 kbit/s, and a feed. It is kept to measure against; it needs espeak-ng and ffmpeg.
"""

import json
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from bs4 import BeautifulSoup
from feedgen.feed import FeedGenerator


def render(page: Path, folder: Path) -> Path:
    """Make an episode and a feed of a page; give the MP3."""
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    title = soup.find("h1").get_text()  # type: ignore[union-attr]
    blocks = [(tag.name, tag.get_text()) for tag in soup.find_all(["h1", "h2", "h3", "p"])]
    sound = AudioSegment.silent(150, frame_rate=22050)
    with tempfile.TemporaryDirectory() as scratch:
        for kind, text in blocks:
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                wav = Path(scratch) / "one.wav"
                subprocess.run(["espeak-ng", "-v", "vi", "-w", wav, sentence], check=True)
                sound += AudioSegment.from_wav(str(wav)) + AudioSegment.silent(350, frame_rate=22050)
            sound += AudioSegment.silent(300 if kind == "p" else 700, frame_rate=22050)
        whole = Path(scratch) / "whole.wav"
        sound.export(str(whole), format="wav")
        mp3 = folder / "episode.mp3"
        _levelled(whole, mp3)
    _feed(folder, title, mp3)
    return mp3


def _levelled(wav: Path, mp3: Path) -> None:
    """Bring a file to -16 LUFS in two passes and encode it."""
    target = "loudnorm=I=-16:TP=-1.5:LRA=11"
    first = subprocess.run(["ffmpeg", "-hide_banner", "-i", wav, "-af", f"{target}:print_format=json", "-f", "null", "-"], capture_output=True, text=True, check=True)
    found = json.loads(first.stderr[first.stderr.rindex("{") :])
    told = f"measured_I={found['input_i']}:measured_TP={found['input_tp']}:measured_LRA={found['input_lra']}:measured_thresh={found['input_thresh']}"
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-i", str(wav), "-af", f"{target}:{told}:offset={found['target_offset']}:linear=true"]
    subprocess.run([*command, "-ar", "22050", "-ac", "1", "-b:a", "64k", str(mp3)], check=True)


def _feed(folder: Path, title: str, mp3: Path) -> None:
    feed = FeedGenerator()
    feed.load_extension("podcast")
    feed.title("Bản tin")
    feed.link(href="http://127.0.0.1:8000/feed.xml", rel="self")
    feed.description("Bản tin")
    entry = feed.add_entry()
    entry.id(title)
    entry.title(title)
    entry.enclosure(f"http://127.0.0.1:8000/{mp3.name}", str(mp3.stat().st_size), "audio/mpeg")
    feed.rss_file(str(folder / "feed.xml"))


if __name__ == "__main__":
    print(render(Path(sys.argv[1]), Path(sys.argv[2])))
