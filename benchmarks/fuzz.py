"""Feed hostile texts to the Vietnamese library: `scripts/fuzz [--runs N] [--seconds S]`.

Texts are built by atheris (coverage-guided), from raw Unicode and from tokens that tempt the rules. What must hold
of every one is in `_CHECKS`. The run ends by itself and says how many cases it ran and how many failed; a failing
text is cut down to the shortest that still fails, and its repr printed.
"""

import argparse
import importlib
import itertools
import os
import re
import signal
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

_DEFAULT_RUNS = 1_000_000
_MOST_SHOWN = 15
_MOST_SHRUNK = 300
"""Failing texts that are cut down and looked at; the others are only counted."""
_LONGEST_INPUT = 64
"""In bytes; a token and what joins it to the next take three, so that a text is some 20 tokens at most: many short texts find more than a few long ones."""
_MOST_REPEATED, _SHORT, _REPEATING = 40, 3, 2
"""Repeats of a token, characters of a token that is repeated, and the kind of text in which it is."""
_SLOWEST = 5
"""Seconds after which a case counts as hanging: a thousand times what one takes."""
_SLOW = f"takes more than {_SLOWEST} seconds"
"""A pattern that looks back exponentially; Python heeds signals inside one."""

_HOSTILE = (
    "2/9 02/09/1945 31/12/2024 29-2 15-8 20.11 8/3 30/2 ngày tháng năm 2024-2025 1/2 3/4 24/7 2-1 0-0 4.000 1.5 1,5 1.500.000 1.234,56 0,05 007 00 1 4 10 15 "
    "100 105 1000000000000 12345678901234567890 7h 7h30 7g15 07:30 23:59:59 19h-21h 0h 25h 5% 5-7% +5 -5 ±2 ~3 >5 <5 ≥5 ≤5 =5 x5 5x 5×6 15°C 37,5oC 45° 10‰ $5 "
    "5$ €3 £2 ¥1 ₫ 5đ 5k 5tr 5USD 100.000đ/kg 60km/h 5m2 5m² 5m³ 5km² 3kWh 3GB 5G 4K 0912.345.678 +84912345678 1900 113 a@b.vn https://a.vn/x?y=1&z=2 www.a.com "
    "a.vn @abc #abc 79A-123.45 QL1A A/H5N1 15/2020/NĐ-CP 123/QĐ-TTg TP.HCM TP. Q.1 P.5 v.v. T.Ư UBND BCH TW HĐND THPT COVID-19 SARS-CoV-2 F0 G7 I II IV XXI XIV "
    "MCMXC LĐ-TB&XH I/2024 III. U23 V.League ÔNG BÀ HÀ NỘI Đ Ð ð đ uỷ hoà thuý quý TỶ lẻ tư trăm nghìn triệu tỷ thứ quý khóa từ đến hôm sáng và thắng tỷ số cầu "
    "số đường I-ta-li-a Wi-Fi iPhone YouTube PLAY WHO . , ; : ! ? ... … - – — / \\ | ( ) [ ] { } “ ” ‘ ’ \" ' « » & % + * # @ ^ _ ` ~ = < > • · ° º ª ™ © ® § ¶ "
    "† ½ ¼ ⅓ ² ³ ¹ ₂ № ℃ ℉ ∞ → √ × ÷ ﬁ Ⅳ ⅳ ① ⑳ ㎡ ㎏ １２ ＡＢＣ ％ 𝟙𝟚 𝐀𝐁"
).split(" ")  # fmt: skip
_ODD = (
    "\n", "\t", "\r\n", "\u2028", "\x00", "\x1b[0m", "\u00a0", "\u200b", "\u200d", "\u200e", "\ufeff", "\u00ad", "\u2060", "\u202e", "\ud800",
    "\udfff", "\U000e0041", "\ufffd", "\u0300", "\u0301", "\u0309", "\u0323", "\u20e3", "\ufe0f", "1\ufe0f\u20e3", "e\u0302\u0301",
    "U\u031bB\u0309ND", "nga\u0300y", "\u0110a\u0309ng", "\U0001f600", "\U0001f1fb\U0001f1f3", "\U0001f468\u200d\U0001f469", "٣٤", "१२", "๓",
    "۵%", "〇", "十", "\U0001d7d8", "Нội", "ТР", "АВС", "Ωμέγα", "ΑΒ", "ß", "İ", "ı", "ŉ", "ǅ", "ẞ", "ﬀ", "中文", "한국", "ไทย", "\u05d0", "\u0627",
)  # fmt: skip
_GLUES = ("", " ", " ", " ", "", "-", "/", ".", ", ", "\n", " - ", "\u200b", "\u00a0")


def _columns(path: Path, column: int) -> Iterator[str]:
    """Give a column of a table, comments left out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[column]


def _tokens() -> tuple[str, ...]:
    """Gather the tokens: hostile ones, all that the lexicon knows, and what is more than small letters in the gate's sentences."""
    known = itertools.chain.from_iterable(_columns(path, 0) for path in sorted((ROOT / "audiopub" / "vietnamese" / "lexicon").glob("*.tsv")))
    words = itertools.chain.from_iterable(sentence.split() for sentence in _columns(ROOT / "tests" / "gate" / "reading.tsv", 1))
    odd_words = (word for word in words if not (word.isalpha() and word[1:].islower()))
    return tuple(dict.fromkeys([*_HOSTILE, *_ODD, *known, *odd_words]))


class _Broken(Exception):
    """Something that must hold of every text does not hold of this one."""


def _must(holds: object, what: str) -> None:
    if not holds:
        raise _Broken(what)


def _solid(text: str) -> str:
    return "".join(text.split())


def _says_all(vietnamese: Any, _: str, reading: Any) -> None:
    """No figure, sign or abbreviation of capitals is left."""
    _must(not vietnamese.residue(reading.spoken) and not re.search("[0-9]", reading.spoken), "residue")


def _records_rewrites(_: Any, __: str, reading: Any) -> None:
    """Every rewrite is where it says it is, after the one before it."""
    position = 0
    for rewrite in reading.rewrites:
        _must(position <= rewrite.start <= rewrite.end <= len(reading.written), "order of rewrites")
        _must(reading.written[rewrite.start : rewrite.end] == rewrite.written, "span of a rewrite")
        position = rewrite.end


def _settles(vietnamese: Any, _: str, reading: Any) -> None:
    """Reading what is said says it again."""
    _must(vietnamese.spoken(reading.spoken) == reading.spoken, "read twice")


def _keeps_sentences(vietnamese: Any, text: str, reading: Any) -> None:
    """No character is lost between sentences, printed or spoken."""
    for form in (text, reading.spoken):
        _must(_solid("".join(vietnamese.sentences(form))) == _solid(form), "characters of sentences")


def _cuts_clauses(vietnamese: Any, _: str, reading: Any) -> None:
    """Pieces are as short as asked, and no character is lost between them."""
    said = reading.spoken
    for longest in (20, 20 + len(said) % 180):
        pieces = vietnamese.clauses(said, longest)
        _must(all(0 < len(piece) <= longest for piece in pieces), "length of clauses")
        _must(_solid("".join(pieces)) == _solid(said), "characters of clauses")


_CHECKS: tuple[Callable[[Any, str, Any], None], ...] = (_says_all, _records_rewrites, _settles, _keeps_sentences, _cuts_clauses)


def fault(vietnamese: Any, text: str) -> str:
    """Say what is wrong with how a text is treated, "" where nothing is; what is raised is a fault like another."""
    signal.alarm(_SLOWEST)
    try:
        reading = vietnamese.read(text)
        for check in _CHECKS:
            check(vietnamese, text, reading)
    except _Broken as broken:
        return str(broken)
    except Exception as error:  # noqa: BLE001 - that nothing is raised is what is tested
        return f"raised {type(error).__name__}: {error}"[:200]
    finally:
        signal.alarm(0)
    return ""


def _give_up(*_: object) -> None:
    raise _Broken(_SLOW)


def _shape(text: str) -> frozenset[str]:
    """Give what two texts that fail for one reason have in common: the kinds of their characters (LATIN, DIGIT, SOLIDUS)."""
    return frozenset(unicodedata.name(character, "?").split()[0] for character in text)


def shrunk(text: str, fails: Callable[[str], bool]) -> str:
    """Cut a failing text down: pieces are taken out, halves first and single characters last, while it still fails."""
    size = max(1, len(text) // 2)
    while size:
        place = 0
        while place < len(text):
            shorter = text[:place] + text[place + size :]
            if fails(shorter):
                text = shorter
            else:
                place += size
        size //= 2
    return text


def built(provider: Any, tokens: tuple[str, ...]) -> str:
    """Build a text from fuzzed bytes: raw Unicode, tokens, both in turns, or tokens of which short ones are repeated."""
    kind = provider.ConsumeIntInRange(0, 5)
    if kind == 0:
        return str(provider.ConsumeUnicode(_LONGEST_INPUT))
    pieces = []
    while provider.remaining_bytes():
        raw = kind == 1 and provider.ConsumeBool()
        piece = provider.ConsumeUnicode(4) if raw else tokens[provider.ConsumeIntInRange(0, len(tokens) - 1)]
        often = provider.ConsumeIntInRange(1, _MOST_REPEATED) if kind == _REPEATING and len(piece) <= _SHORT else 1
        pieces += [piece * often, _GLUES[provider.ConsumeIntInRange(0, len(_GLUES) - 1)]]
    return "".join(pieces)


class Fuzzer:
    """Counts the cases and the failures, and ends the run: libFuzzer leaves the process without Python's own farewell."""

    def __init__(self, atheris: Any, vietnamese: Any, runs: int, seconds: float) -> None:
        self._provider = atheris.FuzzedDataProvider
        self._vietnamese = vietnamese
        self._tokens = _tokens()
        self._runs = runs
        self._began = time.monotonic()
        self._until = self._began + seconds if seconds else float("inf")
        self._cases = self._failures = 0
        self._shown: set[frozenset[str]] = set()
        self._shrunk = 0

    def case(self, data: bytes) -> None:
        """Try one text. This is what libFuzzer calls."""
        if self._cases >= self._runs or time.monotonic() >= self._until:
            self.end()
        self._cases += 1
        text = built(self._provider(data), self._tokens)
        what = fault(self._vietnamese, text)
        if what:
            self._failures += 1
            self._show(text, what)

    def _show(self, text: str, what: str) -> None:
        if len(self._shown) >= _MOST_SHOWN or self._shrunk >= _MOST_SHRUNK:
            return
        self._shrunk += 1
        least = text if what == _SLOW else shrunk(text, lambda shorter: fault(self._vietnamese, shorter) == what)
        if (shape := frozenset({what}) if what == _SLOW else _shape(least)) not in self._shown:
            self._shown.add(shape)
            print(f"FAILED {what}\n  {least!a}", flush=True)

    def end(self, *_: object) -> None:
        """Say how many cases ran and how many failed, and leave. Control-C does so too."""
        speed = self._cases / (time.monotonic() - self._began)
        print(f"{self._cases:,} cases, {self._failures:,} failures; {speed:,.0f} cases a second", flush=True)
        os._exit(1 if self._failures else 0)


def main() -> None:
    """Fuzz until the cases or the seconds are used up; exit 1 if a case failed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=_DEFAULT_RUNS, help="cases to try (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0, help="end after so many seconds, if earlier (default: no end)")
    parser.add_argument("--seed", type=int, default=1, help="of libFuzzer's random choices; 0 takes one from the clock (default: %(default)s)")
    chosen = parser.parse_args()
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["audiopub"]):
        vietnamese = importlib.import_module("audiopub.vietnamese")
    fuzzer = Fuzzer(atheris, vietnamese, chosen.runs, chosen.seconds)
    flags = [
        f"-max_len={_LONGEST_INPUT}",
        "-len_control=0",
        "-timeout=0",
        "-handle_int=0",
        f"-seed={chosen.seed}",
        "-verbosity=0",
        f"-artifact_prefix={tempfile.gettempdir()}/",
    ]
    signal.signal(signal.SIGALRM, _give_up)
    signal.signal(signal.SIGINT, fuzzer.end)
    atheris.Setup([sys.argv[0], *flags], fuzzer.case)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
