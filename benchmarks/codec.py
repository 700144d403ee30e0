"""How much of a voice MP3 keeps, at each bitrate and quality of LAME: `pip install pesq scipy && python benchmarks/codec.py`.

Segmental signal-to-noise ratio in dB, and PESQ (ITU-T P.862.2, wide band) where it is installed; cost as a share of quality 5. The rule in
`adapters/mp3.py` rests on this table.
"""

import sys
import time
from itertools import islice
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent.parent))

import lameenc
import miniaudio
import numpy as np
from numpy.typing import NDArray

from audiopub.audio import limited
from audiopub.engines.espeak import EspeakEngine
from benchmarks.texts import sentences

RATE = 22_050
_DELAY = 1105
_SEGMENT = 441


def voices() -> dict[str, NDArray[np.float32]]:
    """Let each of espeak's voices read six sentences, levelled."""
    found = {}
    for voice in EspeakEngine.voices():
        engine = EspeakEngine(voice.name)
        pieces = [np.concatenate([limited(engine.speak(text).floats * np.float32(4), 0.707), np.zeros(8000, np.float32)]) for text in islice(sentences(7), 6)]
        found[voice.name] = np.concatenate(pieces)
    return found


def coded(sound: NDArray[np.float32], kilobits: int, quality: int) -> tuple[NDArray[np.float32], float]:
    """Encode and decode; give what is heard, in its place, and the seconds that encoding took."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(kilobits)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(quality)
    began = time.process_time()
    stream = bytes(encoder.encode(np.clip(np.rint(sound * 32768 / 0.95), -32768, 32767).astype("<i2").tobytes())) + bytes(encoder.flush())
    took = time.process_time() - began
    return np.array(miniaudio.mp3_read_f32(stream).samples, dtype=np.float32)[_DELAY : _DELAY + len(sound)], took


def segmental(sound: NDArray[np.float32], heard: NDArray[np.float32]) -> float:
    """Give the mean signal-to-noise ratio of the stretches of 20 ms in which somebody speaks."""
    count = len(sound) // _SEGMENT
    signal = np.square(sound[: count * _SEGMENT].reshape(count, -1)).sum(axis=1)
    noise = np.square((sound - heard)[: count * _SEGMENT].reshape(count, -1)).sum(axis=1)
    spoken = signal > signal.max() * 1e-4
    return float(np.mean(10 * np.log10(signal[spoken] / np.maximum(noise[spoken], 1e-12))))


def pesq_of(sound: NDArray[np.float32], heard: NDArray[np.float32]) -> float:
    """Give the PESQ score, not a number where it is not installed."""
    try:
        from pesq import pesq
        from scipy.signal import resample_poly
    except ImportError:
        return float("nan")
    return float(pesq(16_000, resample_poly(sound, 320, 441), resample_poly(heard, 320, 441), "wb"))


def main() -> None:
    """Print the table."""
    sounds = voices()
    print("kbit/s  quality  segmental SNR  PESQ   cost")
    for kilobits in (64, 48, 40, 32):
        usual = 0.0
        for quality in (5, 7):
            found = {name: coded(sound, kilobits, quality) for name, sound in sounds.items()}
            cut = {name: sound[: len(heard)] for (name, sound), (heard, _) in zip(sounds.items(), found.values(), strict=True)}
            ratio = mean(segmental(cut[name], heard) for name, (heard, _) in found.items())
            score = mean(pesq_of(cut[name], heard) for name, (heard, _) in found.items())
            cost = sum(took for _, took in found.values())
            usual = usual or cost
            print(f"{kilobits:>6}  {quality:>7}  {ratio:>10.1f} dB  {score:5.2f}  {cost / usual:5.2f}")


if __name__ == "__main__":
    main()
