"""Pictures of an episode's sound, drawn by matplotlib (extra ``plot``): wave, sentences, chapters, loudness, pace."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiopub.audio import Pcm
from audiopub.audio.loudness import block_energies
from audiopub.audio.pcm import FULL_SCALE
from audiopub.episode.master import TARGET
from audiopub.errors import EngineUnavailable

_COLUMNS = 2400
_AT_ONCE = 30
"""Seconds that are measured together."""

_BINS_A_SECOND = 10
_SHORT_TERM = 30
"""Bins of 100 ms: loudness over three seconds, as EBU R 128 has it."""

_QUIETEST = -50.0
_SIZE = (14.0, 7.5)
_DOTS = 110
INK, WAVE, _VOICE, _HEADING, _JINGLE, LINE = "#1d2b33", "#2f6f8f", "#dbe9ef", "#f3d9a4", "#d9cfe8", "#b3432b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One sentence or jingle in its place."""

    start: float
    end: float
    """Seconds."""

    kind: str
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is drawn."""

    title: str
    audio: Pcm
    stretches: Sequence[Stretch]
    chapters: Sequence[tuple[float, str]]
    """Seconds and title."""

    integrated: float
    """LUFS, as the record has it."""


def picture(subject: Subject, form: str) -> bytes:
    """Draw an episode as ``svg`` or ``png``; the same episode always gives the same bytes.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """

    def draw(axes: Any) -> None:
        wave, loudness, pace = axes
        _draw_wave(wave, subject)
        _draw_loudness(loudness, subject)
        _draw_pace(pace, subject)

    return drawn(form, draw, figsize=_SIZE, sharex=True, height_ratios=(3, 2, 1.4))


def drawn(form: str, draw: Callable[[Any], None], **layout: Any) -> bytes:
    """Draw below one another as many axes as there are height ratios, in the house's colours and face, on no screen; the same drawing gives the same bytes.

    Args:
        form: ``svg`` or ``png``.
        draw: draws on the axes.
        **layout: what matplotlib's ``subplots`` takes.

    Raises:
        EngineUnavailable: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415

        mpl.use("Agg")
        from matplotlib import pyplot as plt  # noqa: PLC0415
    except ImportError as error:
        raise EngineUnavailable("speech.not_installed", engine="matplotlib", extra="plot") from error
    settings: Any = {"svg.hashsalt": "audiopub", "svg.fonttype": "path", "font.family": _font(), "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": "#9aa7ad"}
    with mpl.rc_context(settings):
        figure, axes = plt.subplots(len(layout["height_ratios"]), 1, layout="constrained", **layout)
        try:
            draw(axes)
            buffer = io.BytesIO()
            figure.savefig(buffer, format=form, dpi=_DOTS, metadata={"Date": None} if form == "svg" else {"Software": None})
        finally:
            plt.close(figure)
    return buffer.getvalue()


def _font() -> str:
    """Use the face of the covers, which has every Vietnamese letter."""
    from matplotlib import font_manager  # noqa: PLC0415

    with as_file(files("fontpkg_be_vietnam_pro").joinpath("files", "BeVietnamPro-Regular.ttf")) as path:
        font_manager.fontManager.addfont(str(path))
        return str(font_manager.FontProperties(fname=str(path)).get_name())


def _draw_wave(axes: Any, subject: Subject) -> None:
    shades = {"heading": _HEADING, "title": _HEADING, "jingle": _JINGLE}
    for stretch in subject.stretches:
        axes.axvspan(stretch.start, stretch.end, color=shades.get(stretch.kind, _VOICE), linewidth=0)
    low, high = envelope(subject.audio)
    seconds = np.linspace(0, len(subject.audio) / subject.audio.rate, len(low))
    axes.fill_between(seconds, low, high, color=WAVE, linewidth=0)
    for number, (start, title) in enumerate(subject.chapters):
        axes.axvline(start, color=LINE, linewidth=0.8)
        axes.annotate(title if len(title) <= 34 else title[:33] + "…", (start, 1.02 + 0.13 * (number % 2)), xycoords=("data", "axes fraction"), fontsize=8, color=LINE)  # noqa: PLR2004
    axes.set(ylim=(-1, 1), ylabel="", yticks=(-1, 0, 1))
    axes.set_title(subject.title, loc="left", fontsize=12, pad=44)


def _draw_loudness(axes: Any, subject: Subject) -> None:
    found = short_term(subject.audio)
    axes.plot(np.arange(len(found)) / _BINS_A_SECOND, np.maximum(found, _QUIETEST), color=WAVE, linewidth=1)
    axes.axhline(TARGET, color=LINE, linewidth=0.8, linestyle="--")
    axes.annotate(f"{subject.integrated:.1f} LUFS", (1.0, TARGET), xycoords=("axes fraction", "data"), xytext=(4, -3), textcoords="offset points", fontsize=8, color=LINE)
    axes.set(ylabel="LUFS (3 s)", ylim=(-32, -8))
    axes.set_axisbelow(True)
    axes.grid(axis="y", color="#e4e9eb")


def _draw_pace(axes: Any, subject: Subject) -> None:
    said = [stretch for stretch in subject.stretches if stretch.characters and stretch.end > stretch.start]
    axes.bar(
        [stretch.start for stretch in said], [stretch.characters / (stretch.end - stretch.start) for stretch in said],
        width=[stretch.end - stretch.start for stretch in said], align="edge", color=WAVE, edgecolor="white", linewidth=0.4,
    )  # fmt: skip
    axes.set(ylabel="ký tự/giây", xlim=(0, len(subject.audio) / subject.audio.rate))
    axes.xaxis.set_major_formatter(lambda second, _place: f"{int(second) // 60}:{int(second) % 60:02d}")
    axes.set_axisbelow(True)
    axes.grid(axis="y", color="#e4e9eb")


def envelope(audio: Pcm, columns: int = _COLUMNS) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give the lowest and the highest sample of each of as many stretches as a picture has columns, from -1 to 1."""
    if len(audio) == 0:
        return np.zeros(1, np.float32), np.zeros(1, np.float32)
    starts = np.unique(np.linspace(0, len(audio), min(columns, len(audio)) + 1).astype(np.int64)[:-1])
    low, high = np.minimum.reduceat(audio.samples, starts), np.maximum.reduceat(audio.samples, starts)
    return low.astype(np.float32) / np.float32(FULL_SCALE), high.astype(np.float32) / np.float32(FULL_SCALE)


def short_term(audio: Pcm) -> NDArray[np.float64]:
    """Give the loudness of the three seconds around every 100 ms, in LUFS."""
    hop = audio.rate // _BINS_A_SECOND
    bins: list[NDArray[np.float64]] = []
    for start in range(0, len(audio), _AT_ONCE * audio.rate):
        part = np.asarray(audio.samples[start : start + _AT_ONCE * audio.rate], dtype=np.float32) / np.float32(FULL_SCALE)
        bins.append(block_energies(part, audio.rate, hop)[: -(-len(part) // hop)])
    energies = np.concatenate(bins) if bins else np.zeros(1)
    mean = np.convolve(energies, np.ones(_SHORT_TERM), "same") / (_SHORT_TERM * hop)
    found: NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(mean, 1e-10))
    return found
