"""Page to article to script to transcript and feed, beside its input."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import pytest

from audiopub.adapters.memory import MemoryStore
from audiopub.cli.extract_command import document
from audiopub.episode import Run
from audiopub.pipeline import render
from audiopub.publish.encoder import Encoded, Tags
from audiopub.source import Page, PageForm
from audiopub.units import Samples
from tests.conftest import NOW, make_studio

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())


class CountingEncoder:
    """Writes what it was given in words, so that golden files do not depend on the build of LAME."""

    identity = "counting"
    suffix = ".mp3"

    def joints(self, _rate: int) -> None:
        return None

    def encode(self, runs: Sequence[Run], rate: int, tags: Tags, sink: BinaryIO, _progress: Callable[[int, int], None]) -> Encoded:
        count = sum(len(piece) for run in runs for piece in run.pieces())
        body = f"{tags.title}|{count}|{rate}|{[(c.title, c.start) for c in tags.chapters]}".encode()
        sink.write(body)
        sink.seek(0)
        return Encoded(size=len(body), samples=Samples(count), sha256=hashlib.sha256(body).hexdigest())


def page_of(case: Path) -> Page:
    path = next(case.glob("page.*"))
    form = PageForm.HTML if path.suffix == ".html" else PageForm.TEXT
    return Page(body=path.read_bytes(), name=path.name, identity=f"golden:{case.name}", form=form)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_page_gives_the_golden_files(case: Path, golden: Callable[[Path, str], None]) -> None:
    """The same page always gives the same article, script, transcript and feed."""
    studio = make_studio(encoder=CountingEncoder())
    result = render(studio, page_of(case), now=NOW, progress=lambda *_: None)
    store = studio.store
    assert isinstance(store, MemoryStore) and result.episode
    golden(case / "article.json", json.dumps(document(result.article, explain=True), ensure_ascii=False, indent=1) + "\n")
    for suffix, name in ((".script.tsv", "script.tsv"), (".vtt", "transcript.vtt"), (".chapters.json", "chapters.json")):
        golden(case / name, store.files[f"thu/{result.episode.file(suffix)}"].decode())
    golden(case / "feed.xml", store.files["thu/feed.xml"].decode())


def test_two_runs_give_equal_bytes() -> None:
    """MP3, transcripts, pages, pictures and feed are a function of their inputs."""
    runs = []
    for _ in range(2):
        studio = make_studio()
        render(studio, page_of(CASES[0]), now=NOW, progress=lambda *_: None)
        assert isinstance(studio.store, MemoryStore)
        runs.append(studio.store.files)
    assert runs[0] == runs[1]
    assert io.BytesIO(next(body for key, body in runs[0].items() if key.endswith(".mp3"))).read(3) == b"ID3"
