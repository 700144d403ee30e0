"""What packing the cache would save and cost: `python benchmarks/cache.py`.

Sixty sentences in each of espeak's voices, kept as they are, as FLAC (FFmpeg's, levels 0 and 5) and through zlib; size, and the cost of packing and of
unpacking as shares of what speaking them costs.
"""

import io
import sys
import time
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import av

from audiopub.audio import Pcm, trimmed
from audiopub.engines.espeak import EspeakEngine
from benchmarks.texts import sentences


def flac(pcm: Pcm, level: int) -> bytes:
    """Pack as FLAC."""
    sink = io.BytesIO()
    with av.open(sink, "w", format="flac") as container:
        stream: Any = container.add_stream("flac", rate=int(pcm.rate), layout="mono", options={"compression_level": str(level)})
        frame = av.AudioFrame.from_ndarray(pcm.samples[None, :].copy(), format="s16", layout="mono")
        frame.sample_rate = int(pcm.rate)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return sink.getvalue()


def unflac(body: bytes) -> int:
    """Unpack FLAC; give the number of samples."""
    with av.open(io.BytesIO(body)) as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def timed(work: Callable[[Any], Any], things: list[Any]) -> tuple[list[Any], float]:
    """Do some work on every thing and give the results and the CPU seconds."""
    began = time.process_time()
    results = [work(thing) for thing in things]
    return results, time.process_time() - began


def main() -> None:
    """Print the table."""
    texts = list(islice(sentences(5), 60))
    sounds: list[Pcm] = []
    speaking = 0.0
    for voice in EspeakEngine.voices():
        spoken, took = timed(EspeakEngine(voice.name).speak, texts)
        sounds += map(trimmed, spoken)
        speaking += took
    bare = sum(len(pcm.raw) for pcm in sounds)
    print(f"{'way':<12} {'size':>6} {'packing':>9} {'unpacking':>9}   (shares of the bare samples, and of speaking)")
    ways: dict[str, tuple[Callable[[Pcm], bytes], Callable[[bytes], Any]]] = {
        "bare": (lambda pcm: pcm.raw, len), "FLAC 0": (lambda pcm: flac(pcm, 0), unflac), "FLAC 5": (lambda pcm: flac(pcm, 5), unflac),
        "zlib 1": (lambda pcm: zlib.compress(pcm.raw, 1), zlib.decompress),
    }  # fmt: skip
    for name, (pack, unpack) in ways.items():
        packed, packing = timed(pack, sounds)
        _, unpacking = timed(unpack, packed)
        print(f"{name:<12} {sum(map(len, packed)) / bare:6.2f} {packing / speaking:9.2f} {unpacking / speaking:9.2f}")


if __name__ == "__main__":
    main()
