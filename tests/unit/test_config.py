"""Show files and settings: what is wrong is named with what would be right."""

from pathlib import Path

import pytest

from audiopub.config import Settings, find_show, read_show
from audiopub.errors import ConfigInvalid

GOOD = 'title = "T"\ndescription = "D"\nauthor = "A"\n[owner]\nname = "N"\nemail = "a@b.vn"\n'


def show(folder: Path, text: str, name: str = "thu.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('titel = "X"\n' + GOOD, "config.unknown_key", "title"),
        (GOOD + '[voices]\nchain = ["espeak"]\n', "config.unknown_key", "voice"),
        (GOOD + "[pauses]\nsentense = 3\n", "config.unknown_key", "pauses.sentence"),
        (GOOD.replace('title = "T"\n', ""), "config.missing_key", "title"),
        (GOOD.replace("a@b.vn", "ab.vn"), "config.bad_value", "owner.email"),
        ('category = "Tin tức"\n' + GOOD, "config.bad_value", "News"),
        ('subcategory = "Daily news"\n' + GOOD, "config.bad_value", "Daily News"),
        ('base_url = "bao.vn"\n' + GOOD, "config.bad_value", "base_url"),
        (GOOD + '[furniture]\nopening = "{nonsense}"\n', "config.bad_value", "{show}"),
        (GOOD + "[audio]\nbitrate = 9000\n", "config.bad_value", "audio.bitrate"),
        (GOOD + "[voice]\nchain = []\n", "config.bad_value", "voice.chain"),
        ("title = ", "config.bad_toml", "thu.toml"),
    ],
    ids=["typo", "table typo", "nested typo", "missing", "mail", "category", "subcategory", "address", "placeholder", "number", "empty chain", "toml"],
)
def test_mistakes_are_named(tmp_path: Path, text: str, code: str, said: str) -> None:
    """Each mistake has its code, and its sentence says the key or what would be right."""
    with pytest.raises(ConfigInvalid) as mistake:
        read_show(show(tmp_path, text))
    assert mistake.value.code == code
    assert said in mistake.value.sentence("en")


def test_given_guid_is_kept(tmp_path: Path) -> None:
    """A show that has moved keeps the guid its file names."""
    guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert read_show(show(tmp_path, f'guid = "{guid}"\n' + GOOD)).channel.guid == guid


def test_slug_is_the_file_name(tmp_path: Path) -> None:
    """A file name that cannot be part of an address is refused."""
    with pytest.raises(ConfigInvalid):
        read_show(show(tmp_path, GOOD, "Bản tin.toml"))


def test_finding_a_show(tmp_path: Path) -> None:
    """The only show is found by itself; of several, one must be named."""
    with pytest.raises(ConfigInvalid) as absent:
        find_show(tmp_path, None)
    assert absent.value.code == "config.no_show_file"
    show(tmp_path, GOOD, "mot.toml")
    assert find_show(tmp_path, None).slug == "mot"
    show(tmp_path, GOOD, "hai.toml")
    with pytest.raises(ConfigInvalid) as several:
        find_show(tmp_path, None)
    assert "hai, mot" in str(several.value)
    assert find_show(tmp_path, "hai").slug == "hai"


def test_settings_come_from_flags_before_the_environment() -> None:
    """A flag wins over a variable, a variable over the default."""
    environment = {"AUDIOPUB_OUTPUT": "/a", "AUDIOPUB_STATE": "/b", "AUDIOPUB_ALLOW_HOSTS": "cms.bao.vn, 10.0.0.5:8080"}
    settings = Settings.read(environment=environment, output=Path("/flag"))
    assert (settings.output, settings.state, settings.feeds) == (Path("/flag"), Path("/b"), Path("feeds"))
    assert settings.allow_hosts == {"cms.bao.vn", "10.0.0.5:8080"}


def test_wrong_setting_is_named() -> None:
    """A variable that cannot be used is named."""
    with pytest.raises(ConfigInvalid) as mistake:
        Settings.read(environment={"AUDIOPUB_REQUEST_TIMEOUT": "soon"})
    assert "AUDIOPUB_REQUEST_TIMEOUT" in str(mistake.value)
