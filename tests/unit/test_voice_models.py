"""Installing a Piper voice: whole or not at all, and on from where it broke off."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from audiopub.adapters import voice_models
from audiopub.adapters.voice_models import ModelFile, install, remove
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import BadInput, FetchFailed
from tests.wires import site

MODEL, CONFIG = bytes(range(256)) * 900, b'{"audio": {"sample_rate": 22050}}'
NAME = "vi_VN-thu-medium"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know one small voice."""
    files = tuple(
        ModelFile(path=f"vi/vi_VN/thu/medium/{NAME}{suffix}", size=len(body), md5=hashlib.md5(body, usedforsecurity=False).hexdigest())
        for suffix, body in ((".onnx", MODEL), (".onnx.json", CONFIG))
    )
    monkeypatch.setattr(voice_models, "KNOWN", {NAME: files})


class Hub:
    """A place that serves the voice, as told."""

    def __init__(self) -> None:
        self.cut: int | None = None
        self.ranges = True
        self.model = MODEL
        self.asked: list[str] = []

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Serve a file; cut off where that is ordered."""
        body = CONFIG if path.endswith(".json") else self.model if path.endswith(".onnx") else b""
        if not body:
            return 404, {}, b""
        if self.cut is not None and path.endswith(".onnx"):
            return 200, {"Content-Length": str(len(body))}, body[: self.cut]
        return 200, {}, body


@pytest.fixture
def hub() -> Iterator[tuple[Hub, str, list[str]]]:
    """Serve the voice."""
    made = Hub()
    with site(made.answer) as (url, asked):
        yield made, url, asked


def test_a_voice_is_installed_whole(hub: tuple[Hub, str, list[str]], tmp_path: Path) -> None:
    """Both files are there, the model last, and nothing else; a second time nothing is asked for."""
    _, url, asked = hub
    told: list[tuple[str, int, int]] = []
    install(NAME, tmp_path, url, lambda *progress: told.append(progress))
    assert [path.rpartition(".")[2] for path in asked] == ["json", "onnx"]
    assert ((tmp_path / f"{NAME}.onnx").read_bytes(), (tmp_path / f"{NAME}.onnx.json").read_bytes()) == (MODEL, CONFIG)
    assert len(list(tmp_path.iterdir())) == 2
    assert told[-1] == (f"{NAME}.onnx", len(MODEL), len(MODEL))
    install(NAME, tmp_path, url)
    assert len(asked) == 2


def test_a_broken_download_goes_on(tmp_path: Path) -> None:
    """What came before the line broke is kept, and only the rest is asked for; no half file is ever taken for a voice."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    ranges: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = CONFIG if self.path.endswith(".json") else MODEL
            asked = self.headers["Range"]
            ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            self.wfile.write(body[start : start + 100_000] if body is MODEL and not asked else body[start:])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(FetchFailed) as failure:
            install(NAME, tmp_path, url)
        assert failure.value.code == "voices.broken_off"
        assert not (tmp_path / f"{NAME}.onnx").exists()
        install(NAME, tmp_path, url)
        server.shutdown()
        thread.join()
    assert (tmp_path / f"{NAME}.onnx").read_bytes() == MODEL
    assert ranges == [None, None, "bytes=100000-"]


def test_a_server_without_ranges_is_asked_anew(hub: tuple[Hub, str, list[str]], tmp_path: Path) -> None:
    """Where the rest cannot be had alone, the whole is taken again."""
    _, url, _ = hub
    (tmp_path / f"{NAME}.onnx.part").write_bytes(b"old rest of another try")
    install(NAME, tmp_path, url)
    assert (tmp_path / f"{NAME}.onnx").read_bytes() == MODEL


def test_a_changed_model_is_thrown_away(hub: tuple[Hub, str, list[str]], tmp_path: Path) -> None:
    """A file whose hash is not the published one never becomes a voice, and is not gone on with."""
    made, url, _ = hub
    made.model = MODEL[:-1] + b"!"
    with pytest.raises(FetchFailed) as failure:
        install(NAME, tmp_path, url)
    assert failure.value.code == "voices.wrong_hash"
    assert [path.name for path in tmp_path.iterdir()] == [f"{NAME}.onnx.json"]


def test_an_endless_answer_ends(hub: tuple[Hub, str, list[str]], tmp_path: Path) -> None:
    """More than the voice has is not read on, and is thrown away."""
    made, url, _ = hub
    made.model = MODEL * 4
    with pytest.raises(FetchFailed):
        install(NAME, tmp_path, url)
    assert not (tmp_path / f"{NAME}.onnx").exists()


def test_a_folder_serves_as_well(tmp_path: Path) -> None:
    """A machine without the internet takes the files from a folder; a missing one is named."""
    source = tmp_path / "usb"
    source.mkdir()
    (source / f"{NAME}.onnx.json").write_bytes(CONFIG)
    with pytest.raises(FetchFailed) as failure:
        install(NAME, tmp_path / "voices", str(source))
    assert f"{NAME}.onnx" in str(failure.value)
    (source / f"{NAME}.onnx").write_bytes(MODEL)
    install(NAME, tmp_path / "voices", str(source))
    assert (tmp_path / "voices" / f"{NAME}.onnx").read_bytes() == MODEL


def test_an_unknown_voice_is_refused_with_the_known(tmp_path: Path) -> None:
    """A name outside the list is refused before anything is asked."""
    with pytest.raises(BadInput) as refusal:
        install("../../etc/passwd", tmp_path)
    assert NAME in str(refusal.value)


def test_a_place_that_is_not_there(hub: tuple[Hub, str, list[str]], tmp_path: Path) -> None:
    """A wrong address is an error with its status."""
    hub[0].model = b""
    with pytest.raises(FetchFailed) as failure:
        install(NAME, tmp_path, hub[1])
    assert failure.value.code == "fetch.status"
    with pytest.raises(FetchFailed):
        install(NAME, tmp_path, "http://127.0.0.1:9")


def test_the_command_installs_and_removes(hub: tuple[Hub, str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command line: installed, listed as there, removed, and not removed twice."""
    monkeypatch.setenv("AUDIOPUB_VOICES", str(tmp_path / "v"))
    monkeypatch.setenv("AUDIOPUB_VOICES_FROM", hub[1])
    assert exit_code_of(main_group, ["voices", "install", NAME, "-q"]) == 0
    assert exit_code_of(main_group, ["voices", "remove", NAME]) == 0
    assert list((tmp_path / "v").iterdir()) == []
    assert exit_code_of(main_group, ["voices", "remove", NAME]) == 3
    assert not remove("../x", tmp_path / "v")
