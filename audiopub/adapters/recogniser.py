"""The Vietnamese recogniser inside the package viet-asr, asked for its odds (extra ``qa``).

The package itself gives a transcript only. Its model (a streaming Conformer trained with CTC, one unit nearly always a syllable) and its list of
units lie in its library as plain data; ONNX Runtime runs the model. The sound is prepared as Kaldi does it: the package's own preparation moves
on by 43 frames where the model takes 40, and so loses seven hundredths of what it hears. Tested with viet-asr 0.1.0.dev11 on Linux.
"""

import ctypes
import re
import unicodedata
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiopub.errors import EngineUnavailable
from audiopub.listening.mel import logmel

_UNITS = 4968
_TAKEN, _STEP, _ROWS = 43, 40, 10
"""Frames of 10 ms that the model takes at a time, by which it moves on, and rows it gives for them."""

_BEFORE, _AFTER = 4800, 9600
"""Samples of quiet around a sentence: the model hears a word late."""

_LONGEST_UNIT = 12
_WORD = re.compile(r"[^\W\d_]+")


class VietAsr:
    """Hears Vietnamese, offline."""

    def __init__(self, threads: int = 1) -> None:
        """Load the model: half a second, 300 MB.

        Args:
            threads: cores that one sentence may use.

        Raises:
            EngineUnavailable: the package or ONNX Runtime is not installed.
        """
        try:
            import onnxruntime  # noqa: PLC0415
        except ImportError as error:
            raise EngineUnavailable("speech.not_installed", engine="viet-asr", extra="qa") from error
        model, words = _embedded()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._net = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        listed = [line.split()[0] for line in words.splitlines() if line.strip()][:_UNITS]
        self._ids = {unit: number for number, unit in enumerate(listed)}

    @property
    def identity(self) -> str:
        """Name the package."""
        return f"viet-asr/{version('viet-asr')}/1"

    def hear(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Listen to sound at 16 kHz; a row of log-probabilities every 40 ms."""
        bands = logmel(np.concatenate([np.zeros(_BEFORE, np.float32), sound, np.zeros(_AFTER, np.float32)]))
        chunks = max(1, -(-(len(bands) - (_TAKEN - _STEP)) // _STEP))
        bands = np.pad(bands, ((0, max(0, chunks * _STEP + _TAKEN - _STEP - len(bands))), (0, 0)), mode="edge")
        attention, convolution = np.zeros((1, 12, 4, 40, 224), np.float32), np.zeros((1, 12, 448, 30), np.float32)
        rows: list[Any] = []
        for number in range(chunks):
            taken = bands[None, number * _STEP : number * _STEP + _TAKEN]
            given = {"chunk": taken, "offset": np.array([[number * _ROWS]], np.int64), "att_cache": attention, "cnn_cache": convolution}
            row, attention, convolution = self._net.run(None, given)
            rows.append(row[0])
        joined = np.concatenate(rows)
        joined = joined - joined.max(axis=1, keepdims=True)
        heard: NDArray[np.float32] = (joined - np.log(np.exp(joined).sum(axis=1, keepdims=True))).astype(np.float32)
        return heard

    def units(self, text: str) -> tuple[int, ...]:
        """Give a text as units, each word as the fewest that spell it."""
        return tuple(unit for word in _WORD.findall(unicodedata.normalize("NFC", text).lower()) for unit in self._spelled(f"▁{word}"))

    def _spelled(self, word: str) -> list[int]:
        best: dict[int, list[int]] = {0: []}
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_UNIT), end):
                if start in best and word[start:end] in self._ids and (end not in best or len(best[start]) + 1 < len(best[end])):
                    best[end] = [*best[start], self._ids[word[start:end]]]
        return best.get(len(word), [])


@cache
def _embedded() -> tuple[bytes, str]:
    """Give the model and its list of units, as they lie in the package's library."""
    found = find_spec("vietasr")
    if found is None or not found.submodule_search_locations:
        raise EngineUnavailable("speech.not_installed", engine="viet-asr", extra="qa")
    native = Path(found.submodule_search_locations[0]) / "_native"
    try:
        for other in native.glob("libonnxruntime.so*"):
            ctypes.CDLL(str(other), mode=ctypes.RTLD_GLOBAL)
        library = ctypes.CDLL(str(native / "libvietasr.so"))
        return _symbol(library, "vietasr_asr_model_onnx"), _symbol(library, "vietasr_asr_vocab").decode()
    except (OSError, ValueError) as error:
        raise EngineUnavailable("speech.unavailable", engine="viet-asr", reason=str(error)) from error


def _symbol(library: Any, name: str) -> bytes:
    size = ctypes.c_size_t.in_dll(library, f"{name}_size").value
    return bytes((ctypes.c_ubyte * size).in_dll(library, name))
