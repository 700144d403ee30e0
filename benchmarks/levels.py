"""How loud episodes come out, by a meter that is not ours: `python benchmarks/levels.py`.

Every example article in each of espeak's three accents; the finished MP3 is decoded and measured by FFmpeg's
ebur128 (from the package av). Target: -16 LUFS within 0.5, true peak at most -1 dBTP.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import av
import numpy as np

from audiopub import bootstrap, pipeline
from audiopub.config import find_show
from audiopub.engines.espeak import EspeakEngine
from audiopub.episode.master import TARGET
from audiopub.sources import Sources
from benchmarks.pipeline import ROOT, fresh_settings

_NEAR, _HIGHEST = 0.5, -1.0


def measured(mp3: bytes) -> tuple[float, float]:
    """Give the integrated loudness in LUFS and the true peak in dBTP."""
    found: dict[str, str] = {}
    with av.open(io.BytesIO(mp3)) as container:
        graph = av.filter.Graph()
        source = graph.add_abuffer(template=container.streams.audio[0])
        graph.link_nodes(source, graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")).configure()
        for frame in [*container.decode(audio=0), None]:
            graph.push(frame)
            found.update(_pulled(graph))
    return float(found["lavfi.r128.I"]), float(20 * np.log10(float(found["lavfi.r128.true_peak"])))


def _pulled(graph: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    while True:
        try:
            found.update(graph.pull().metadata)
        except (av.error.BlockingIOError, av.error.EOFError):
            return found


def main() -> int:
    """Print a line an episode; exit 1 where one is out of bounds."""
    levels = []
    for voice in EspeakEngine.voices():
        with fresh_settings() as settings:
            studio = bootstrap.studio(find_show(settings.feeds, "ban-tin-doi-che"), settings, (f"espeak:{voice.name}",))
            for path in sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in {".html", ".txt"}):
                result = pipeline.render(studio, Sources(settings, bytes).page(str(path)), now=datetime(2026, 11, 24, tzinfo=UTC), progress=lambda *_: None)
                if result.episode is None:
                    return 1
                levels.append(measured((settings.output / studio.channel.slug / result.episode.audio).read_bytes()))
                print(f"{voice.name:<16} {path.name:<28} {levels[-1][0]:7.2f} LUFS {levels[-1][1]:6.2f} dBTP")
    return int(any(abs(loudness - TARGET) > _NEAR or peak > _HIGHEST for loudness, peak in levels))


if __name__ == "__main__":
    sys.exit(main())
