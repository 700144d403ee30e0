"""The command line as a person or a script meets it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.config import Settings, ShowFile, known_keys
from audiopub.publish.feedcheck.model import Need
from audiopub.publish.validate import RULES
from audiopub.speech.registry import engine_names
from tests.articles import BODY, TITLE
from tests.conftest import ROOT

COMMANDS = tuple(main_group.list_commands(click.Context(main_group)))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def run(*arguments: str) -> int:
    return exit_code_of(main_group, arguments)


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a show file and an article, as `audiopub init` leaves it."""
    monkeypatch.chdir(tmp_path)
    assert run("init") == 0
    (tmp_path / "bai.txt").write_text("\n\n".join((TITLE, *BODY)), encoding="utf-8")
    return tmp_path


def test_first_five_minutes(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """init, render and feed check, and there is something to subscribe to."""
    assert run("render", "bai.txt", "--voice", "espeak") == 0
    assert "Đã phát hành: " + TITLE in capsys.readouterr().out
    assert run("feed", "check", "output/ban-tin/feed.xml") == 0
    on_disk = {Need.BYTES, Need.FEED, Need.FILES}
    assert f"{len([rule for rule in RULES if rule.need in on_disk])} phép kiểm, tất cả đạt" in capsys.readouterr().out
    assert run("feed", "build") == 0
    assert "không đổi" in capsys.readouterr().out


def test_render_as_json(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints one document and nothing else; the files it names exist."""
    capsys.readouterr()
    assert run("render", "bai.txt", "--voice", "silent", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    result = document["results"][0]
    assert result["outcome"] == "published"
    assert (newsroom / result["audio"]).stat().st_size > 16_384
    assert [chapter["title"] for chapter in result["chapters"]] == ["Mở đầu", BODY[0], BODY[3]]


def test_dry_run_writes_nothing(newsroom: Path) -> None:
    """--dry-run makes neither output nor state."""
    assert run("render", "bai.txt", "--dry-run") == 0
    assert not (newsroom / "output").exists()
    assert not (newsroom / ".audiopub").exists()


def test_feed_check_finds_a_fault(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken feed is named rule by rule, with exit code 7."""
    assert run("render", "bai.txt", "--voice", "silent") == 0
    feed = newsroom / "output/ban-tin/feed.xml"
    feed.write_text(feed.read_text("utf-8").replace("+0700</pubDate>", "</pubDate>"), encoding="utf-8")
    capsys.readouterr()
    assert run("feed", "check", str(feed)) == 7
    captured = capsys.readouterr()
    assert captured.out.startswith("item.date_zone [lỗi]")
    assert "1 quy tắc" in captured.err


def test_extract_as_json(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """extract --json prints the article in its documented shape."""
    capsys.readouterr()
    assert run("extract", "bai.txt", "--json") == 0
    article = json.loads(capsys.readouterr().out)
    assert {"title", "lead", "author", "published", "sections", "captions"} <= set(article)
    assert [(section["heading"], len(section["paragraphs"])) for section in article["sections"]] == [(BODY[0], 2), (BODY[3], 1)]


def test_extract_explains(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """extract --explain says which rule decided each block."""
    assert run("extract", "bai.txt", "--explain") == 0
    assert re.search(r"^heading +heading\.plain +" + BODY[0], capsys.readouterr().out, re.MULTILINE)


def command(*arguments: str, standard_input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "audiopub", *arguments], input=standard_input, capture_output=True, check=False)


def test_normalize_line_for_line() -> None:
    """normalize gives a line a line, empty ones included, and survives bytes that are no text."""
    done = command("normalize", standard_input="Tăng 15,5%\n\nTP Huế\n\xff\n".encode("latin-1", "replace"))
    assert done.returncode == 0
    assert done.stdout.count(b"\n") == 4


def test_normalize_explains() -> None:
    """normalize --explain shows each rewrite with its rule."""
    done = command("normalize", "--explain", standard_input="Tăng 15,5%".encode())
    assert "15,5 → mười lăm phẩy năm  [number.decimal, certain]" in done.stdout.decode()


def test_help_is_quick_and_bilingual() -> None:
    """--help imports no heavy library, and speaks the language that is asked for."""
    code = "import sys; from audiopub.cli.face import exit_code_of; from audiopub.cli.main import main_group; exit_code_of(main_group, ['--help']); print([m for m in ('numpy','bs4','PIL','pydantic','feedgen') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
    assert "Biến bài báo" in done.stdout
    assert "Turn newspaper articles" in command("--lang", "en", "--help").stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("frobnicate",), "frobnicate"), (("render",), "SOURCES"), (("render", "--nope", "x"), "--nope"), (("render", "-", "-"), "-"), (("serve", "--port", "x"), "port")],
    ids=["command", "argument", "option", "stdin twice", "value"],
)
def test_wrong_usage_is_two(arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call exits with 2, says what is wrong, and where to read on."""
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error and "--help" in error


def test_say_writes_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """say speaks as an article is spoken, into WAV or MP3."""
    for name, start in (("a.wav", b"RIFF"), ("a.mp3", b"ID3")):
        assert run("say", "Tăng 15,5%", "-o", str(tmp_path / name)) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert "mười lăm phẩy năm phần trăm" in capsys.readouterr().out


def test_voices_and_doctor(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """voices lists every engine; doctor finds everything in order here."""
    capsys.readouterr()
    assert run("voices", "--json") == 0
    assert {voice["engine"] for voice in json.loads(capsys.readouterr().out)} == set(engine_names()) - {"command", "openai_http", "piper"}
    assert run("voices") == 0
    assert all(f"\n{name} " in capsys.readouterr().out for name in ("command",))
    assert run("doctor", "--json") == 0
    assert all(check["ok"] for check in json.loads(capsys.readouterr().out)["checks"])


def test_init_changes_nothing(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """init refuses to touch a file that is there."""
    before = (newsroom / "feeds/ban-tin.toml").read_bytes()
    assert run("init") == 8
    assert (newsroom / "feeds/ban-tin.toml").read_bytes() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    """Each command stands in the README, has help, and its help lists its options in both languages."""
    assert f"audiopub {name}" in README
    for language in ("vi", "en"):
        done = command("--lang", language, name, "--help")
        assert done.returncode == 0 and len(done.stdout) > 100


@pytest.mark.parametrize("key", sorted({".".join((*where, name)) for where, names in known_keys() for name in names}))
def test_every_key_of_a_show_is_documented(key: str) -> None:
    """Each key of a show file stands in the README or on the page that it names for its table."""
    pages = README + (ROOT / "docs/show-file.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{key.rpartition('.')[2]}\b", pages)


def test_every_setting_is_documented() -> None:
    """Each AUDIOPUB_ variable stands in the README."""
    assert [name for name in set(Settings.__dataclass_fields__) - {"engines"} if f"AUDIOPUB_{name.upper()}" not in README] == []


def test_template_names_known_keys_only() -> None:
    """What init writes is valid, and stays so with every commented key switched on."""
    template = (ROOT / "audiopub/cli/show_template.toml").read_text(encoding="utf-8")
    switched_on = re.sub(r"^# (?=\[|\w+ = |\"ATK\")", "", template, flags=re.MULTILINE)
    for text in (template, switched_on):
        ShowFile.model_validate(tomllib.loads(text))


def test_the_cache_is_counted_shrunk_and_verified(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """stats counts, verify finds a damaged file and says so by its exit code, prune removes; what is gone is made again."""
    assert run("render", "bai.txt", "--voice", "silent", "-q") == 0
    capsys.readouterr()
    assert run("cache", "stats", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["segments"] > 3 and found["encoded"] >= 1 and 0 < found["segment_bytes"] < found["limit_bytes"]
    assert run("cache", "verify") == 0
    victim = next((newsroom / ".audiopub" / "cache").rglob("*.seg"))
    victim.write_bytes(victim.read_bytes()[:-2])
    capsys.readouterr()
    assert run("cache", "verify", "--json") == 7
    assert json.loads(capsys.readouterr().out)["broken"] == [victim.name]
    assert run("cache", "prune", "--to", "0") == 0
    assert run("--lang", "en", "cache", "stats") == 0  # what was used within the hour is spared
    assert "0 spoken segments" not in capsys.readouterr().out
    assert run("cache", "prune", "--all", "--json") == 0
    assert json.loads(capsys.readouterr().out)["removed"] == found["segments"] - 1 + found["encoded"]
    assert run("cache", "stats", "--json") == 0
    assert json.loads(capsys.readouterr().out)["segments"] == 0
    assert run("render", "bai.txt", "--voice", "silent", "-q") == 0
