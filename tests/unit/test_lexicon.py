"""The newsroom's lexicon: what counts where, its files, its commands, and what a change would do."""

import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audiopub.adapters.lexicon_files import exported, imported, read_entries, write_entries
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import ConfigInvalid
from audiopub.pipeline import Wish, render
from audiopub.publish.impact import impact
from audiopub.source import Page, PageForm
from audiopub.vietnamese import AS_PRINTED, DEFAULT, Entry, Lexicon, Scope, merged, read
from tests.conftest import make_studio

SHOW = 'title = "Thử"\ndescription = "Để thử."\nauthor = "Báo Thử"\n[owner]\nname = "Tòa soạn"\nemail = "a@bao.example"\n'


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with one show, and work in it."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "thu.toml").write_text(SHOW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*arguments: str) -> int:
    return exit_code_of(main_group, ["--lang", "en", *arguments])


def test_longest_then_narrowest_then_latest() -> None:
    """At one place the longest entry wins, then the narrowest scope, then the later line."""
    lexicon = merged(
        (Entry(written="ATK", spoken="a"), Entry(written="ATK Định Hóa", spoken="b"), Entry(written="CLB", spoken="c"), Entry(written="CLB", spoken="d")),
        (Entry(written="ATK", spoken="e", scope=Scope.SHOW),),
    )
    assert read("ATK Định Hóa, ATK, CLB", lexicon).spoken == "b, e, d"


def test_case_and_parts() -> None:
    """Capitals count and words are whole unless an entry says otherwise."""
    assert read("loft Loft Lofty", Lexicon((Entry(written="Loft", spoken="lóp"),))).spoken == "loft lóp Lofty"
    assert read("loft Loft", Lexicon((Entry(written="Loft", spoken="lóp", case=False),))).spoken == "lóp lóp"
    assert read("siêu thị WinMart", Lexicon((Entry(written="Mart", spoken="mát", whole=False),))).spoken == "siêu thị Win mát"


def test_article_scope() -> None:
    """An article's entry counts in that article alone."""
    lexicon = Lexicon((Entry(written="HTX", spoken="hát tê ích", scope=Scope.ARTICLE, article="cms-7"),))
    assert read("HTX", lexicon.for_article("cms-7")).spoken == "hát tê ích"
    assert read("HTX", lexicon.for_article("cms-8", None)).spoken == "hợp tác xã"


def test_protected_names_are_altered_by_no_rule() -> None:
    """A protected name stays as printed, is recorded, and stays so when the spoken text is read again."""
    lexicon = Lexicon((Entry(written="K+ 24/7", spoken=AS_PRINTED, reason="tên kênh"),))
    reading = read("Xem K+ 24/7 lúc 7h.", lexicon)
    assert reading.spoken == "Xem K+ 24/7 lúc bảy giờ."
    assert next((r.rule, r.because) for r in reading.rewrites) == ("protected", "newsroom: tên kênh")
    assert read(reading.spoken, lexicon).spoken == reading.spoken


@pytest.mark.parametrize("kind", [".tsv", ".csv", ".pls"])
def test_files_give_back_what_was_written(tmp_path: Path, kind: str) -> None:
    """Every form of the lexicon brings the entries back; PLS keeps the forms only."""
    entries = (
        Entry(written="ATK", spoken="a tê ca", scope=Scope.SHOW, author="Lan", added="2026-11-25", reason='an toàn khu, "thủ đô"'),
        Entry(written="<Loft> & Co", spoken="lóp", scope=Scope.SHOW),
    )
    path = tmp_path / f"lexicon{kind}"
    exported(path, entries)
    back = imported(path, Scope.SHOW)
    assert [(entry.written, entry.spoken) for entry in back] == [(entry.written, entry.spoken) for entry in entries]
    assert kind == ".pls" or back == entries


def test_another_reader_understands_the_pls(tmp_path: Path) -> None:
    """The standard library's XML reader finds graphemes and aliases where W3C puts them."""
    from xml.etree import ElementTree as ET

    path = tmp_path / "a.pls"
    exported(path, (Entry(written="ATK", spoken="a tê ca"), Entry(written="Win", spoken="uyn", whole=False)))
    root = ET.parse(path).getroot()
    space = "{http://www.w3.org/2005/01/pronunciation-lexicon}"
    assert root.tag == f"{space}lexicon" and root.get("version") == "1.0" and root.get("{http://www.w3.org/XML/1998/namespace}lang") == "vi"
    assert [(x.findtext(f"{space}grapheme"), x.findtext(f"{space}alias")) for x in root] == [("ATK", "a tê ca")]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("written\tspoken\nATK\ta tê 5\n", "spoken: holds 5"),
        ("written\tspoken\nATK\t\n", "spoken: is empty"),
        ("written\tspoken\n\ta tê ca\n", "written: is empty"),
        ("written\tspoken\tmatch\nATK\ta\tword\n", "word is not nocase or part"),
        ("written\tspoken\tadded\nATK\ta\t25/11\n", "25/11 is no date"),
        ("ATK\ta tê ca\n", "first line must name its columns"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, body: str, what: str) -> None:
    """A lexicon that cannot be used says which line is wrong and how."""
    path = tmp_path / "lexicon.tsv"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        read_entries(path, Scope.SHOW)
    assert what in str(caught.value) and str(path) in str(caught.value)


def test_xml_bombs_and_outside_entities_are_not_expanded(tmp_path: Path) -> None:
    """A hostile PLS brings in no file."""
    secret = tmp_path / "secret"
    secret.write_text("mật", encoding="utf-8")
    path = tmp_path / "a.pls"
    body = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><lexicon xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"><lexeme><grapheme>A</grapheme><alias>&e;</alias></lexeme></lexicon>'
    path.write_text(body, encoding="utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        imported(path, Scope.SHOW)
    assert "mật" not in str(caught.value) and "spoken: holds &" in str(caught.value)
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{levels}]><lexicon xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"><lexeme><grapheme>A</grapheme><alias>&e11;</alias></lexeme></lexicon>'
    path.write_text(bomb, encoding="utf-8")
    with pytest.raises(ConfigInvalid):
        imported(path, Scope.SHOW)


def test_commands_from_add_to_rm(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An entry is added, counts, is listed and goes again."""
    assert command("lexicon", "add", "ATK", "a tê ca", "--reason", "an toàn khu", "--author", "Lan") == 0
    assert command("lexicon", "add", "VPBank", "=", "--newsroom") == 0
    (entry,) = read_entries(newsroom / "feeds" / "thu.lexicon.tsv", Scope.SHOW)
    assert (entry.spoken, entry.author, entry.reason) == ("a tê ca", "Lan", "an toàn khu") and entry.added
    capsys.readouterr()
    assert command("lexicon", "test", "Về ATK gặp VPBank") == 0
    assert capsys.readouterr().out.strip() == "Về a tê ca gặp VPBank"
    assert command("lexicon", "list", "--json") == 0
    assert [found["written"] for found in json.loads(capsys.readouterr().out)] == ["VPBank", "ATK"]
    assert command("lexicon", "test") == 0
    assert command("lexicon", "export", "a.csv") == 0 and command("lexicon", "rm", "ATK") == 0 and command("lexicon", "import", "a.csv") == 0
    assert {found.written for found in read_entries(newsroom / "feeds" / "thu.lexicon.tsv", Scope.SHOW)} == {"VPBank", "ATK"}
    assert command("lexicon", "rm", "ABC") == 3


def test_comments_and_other_peoples_entries_stay(newsroom: Path) -> None:
    """What a person wrote into the file by hand is there after a command, comments too."""
    path = newsroom / "feeds" / "thu.lexicon.tsv"
    path.write_text("# do chị Lan giữ\nwritten\tspoken\treason\nATK\ta tê ca\tkhu\n", encoding="utf-8")
    assert command("lexicon", "add", "CLB", "câu lạc bộ") == 0
    assert path.read_text(encoding="utf-8").startswith("# do chị Lan giữ\nwritten")
    assert [entry.written for entry in read_entries(path, Scope.SHOW)] == ["ATK", "CLB"]


def test_an_articles_entry_reads_no_other_sentence(newsroom: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences tried by hand belong to no article; the show's entries count in normalize and say."""
    assert command("lexicon", "add", "HTX", "hát tê ích", "--article", "cms-7") == 0
    assert command("lexicon", "add", "ATK", "a tê ca") == 0
    capsys.readouterr()
    assert command("lexicon", "test", "HTX ở ATK") == 0
    assert capsys.readouterr().out.strip() == "hợp tác xã ở a tê ca"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("HTX ở ATK\n".encode())))
    assert command("normalize", "--show", "thu") == 0
    assert capsys.readouterr().out.strip() == "hợp tác xã ở a tê ca"
    assert command("say", "Về ATK", "-o", "a.wav", "--show", "thu") == 0
    assert capsys.readouterr().out.strip() == "Về a tê ca"


def test_no_entry_can_break_the_file(newsroom: Path) -> None:
    """Line breaks and tabs become spaces in every column; a form that would be a comment is refused."""
    path = newsroom / "feeds" / "thu.lexicon.tsv"
    assert command("lexicon", "add", "ABD", "một\nhai", "--article", "cms\t7\n8", "--author", "L\tan", "--reason", "a\nb") == 0
    (entry,) = read_entries(path, Scope.SHOW)
    assert (entry.spoken, entry.article, entry.author, entry.reason) == ("một hai", "cms 7 8", "L an", "a b")
    assert command("lexicon", "add", "#1 thế giới", "số một thế giới") == 8
    assert command("lexicon", "list") == 0


def test_a_live_lexicon_is_never_exported_onto(newsroom: Path) -> None:
    """Exporting onto a lexicon in use is refused, and nothing is lost."""
    assert command("lexicon", "add", "ATK", "a tê ca") == 0
    before = (newsroom / "feeds" / "thu.lexicon.tsv").read_bytes()
    assert command("lexicon", "export", "feeds/thu.lexicon.tsv", "--newsroom") == 3
    assert (newsroom / "feeds" / "thu.lexicon.tsv").read_bytes() == before
    (newsroom / "d.tsv").mkdir()
    assert command("lexicon", "export", "d.tsv") != 1


def test_a_link_stays_a_link(newsroom: Path) -> None:
    """A lexicon that is a link to a shared file is written where it points."""
    shared = newsroom / "common.tsv"
    shared.write_text("written\tspoken\n", encoding="utf-8")
    link = newsroom / "feeds" / "thu.lexicon.tsv"
    link.symlink_to(shared)
    assert command("lexicon", "add", "ATK", "a tê ca") == 0
    assert link.is_symlink() and "ATK" in shared.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("none.tsv", None),
        ("empty.csv", ""),
        ("a.xml", "<foo/>"),
        ("big.csv", "written,spoken\nA," + "a" * 200_000),
        ("wide.tsv", "written\tspoken\nCLB\tcâu lạc bộ\textra\n"),
    ],
)
def test_what_is_no_lexicon_is_refused(newsroom: Path, name: str, body: str | None) -> None:
    """A file that is absent, empty, something else or too wide is named, and nothing is imported."""
    if body is not None:
        (newsroom / name).write_text(body, encoding="utf-8")
    assert command("lexicon", "import", name) == 8
    assert not (newsroom / "feeds" / "thu.lexicon.tsv").exists()


def test_one_form_twice_in_an_import(newsroom: Path) -> None:
    """Of two lines for one form the last counts; rm finds a form however it is spaced."""
    (newsroom / "a.csv").write_text("written,spoken\nATK,a\nATK,b\n", encoding="utf-8")
    assert command("lexicon", "import", "a.csv") == 0
    assert [entry.spoken for entry in read_entries(newsroom / "feeds" / "thu.lexicon.tsv", Scope.SHOW)] == ["b"]
    assert command("lexicon", "rm", " ATK\u00a0") == 0


def test_pls_holds_what_it_can_and_reads_round_comments(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Protected names, case and parts stay out of PLS, the count says so, and what went out comes in again."""
    for arguments in (("K+ 24/7", "="), ("Loft", "lóp", "--ignore-case"), ("ATK", "a tê ca")):
        assert command("lexicon", "add", *arguments) == 0
    capsys.readouterr()
    assert command("lexicon", "export", "a.pls") == 0
    assert "1 entries written" in capsys.readouterr().out
    assert command("lexicon", "import", "a.pls") == 0
    body = '<lexicon xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"><lexeme><grapheme>A<!--x-->BC</grapheme><alias>a <!--c-->bê</alias></lexeme></lexicon>'
    (newsroom / "b.pls").write_text(body, encoding="utf-8")
    assert [(entry.written, entry.spoken) for entry in imported(newsroom / "b.pls", Scope.SHOW)] == [("ABC", "a bê")]


def test_the_newsrooms_lexicon_needs_no_show_named(newsroom: Path) -> None:
    """Where there are several shows, --newsroom asks for none; the show's own lexicon does."""
    (newsroom / "feeds" / "hai.toml").write_text(SHOW, encoding="utf-8")
    assert command("lexicon", "add", "ATK", "a tê ca", "--newsroom") == 0
    assert command("lexicon", "list", "--newsroom") == 0
    assert command("lexicon", "add", "ATK", "a tê ca") == 8


def test_show_files_are_checked_too(newsroom: Path) -> None:
    """A spoken form with a figure in a show file is refused as it is everywhere."""
    (newsroom / "feeds" / "thu.toml").write_text(SHOW + '[lexicon]\n"HN9" = "ha no 5"\n', encoding="utf-8")
    assert command("lexicon", "list") == 8


def test_dry_run_writes_nothing(newsroom: Path) -> None:
    """--dry-run tells and leaves the files alone; a spoken form with figures is refused."""
    assert command("lexicon", "add", "ATK", "a tê ca", "--dry-run") == 0
    assert not (newsroom / "feeds" / "thu.lexicon.tsv").exists()
    assert command("lexicon", "add", "ATK", "a 5") == 8


def test_an_entry_that_never_speaks_is_named(newsroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A newsroom's entry hidden by the show's is reported."""
    write_entries(newsroom / "feeds" / "lexicon.tsv", (Entry(written="ATK", spoken="a"),))
    write_entries(newsroom / "feeds" / "thu.lexicon.tsv", (Entry(written="ATK", spoken="b"),))
    assert command("lexicon", "test") == 3
    assert "never speaks: ATK → a (newsroom)" in capsys.readouterr().out


def test_impact_names_the_published_sentences() -> None:
    """Exactly the sentences that would be read otherwise are named, with both readings."""
    studio = make_studio()
    text = "Hợp tác xã đổi mới\n\nHTX Tân Cương có 20 hộ trồng chè theo hướng hữu cơ.\n\n" + "Bà con góp ngày công làm đường. " * 12
    page = Page(body=text.encode(), name="a.txt", identity="a.txt", form=PageForm.TEXT)
    render(studio, page, now=datetime(2026, 11, 25, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")), progress=lambda *_: None)
    after = Lexicon((Entry(written="HTX", spoken="hát tê ích"),))
    changed = impact(studio.channel, studio.store, studio.catalog, Lexicon(), after, DEFAULT)
    assert [(change.before[:12], change.after[:12]) for change in changed] == [("hợp tác xã T", "hát tê ích T")]
    named = Lexicon((Entry(written="HTX", spoken="hát tê ích", scope=Scope.ARTICLE, article="cms-7"),))
    render(studio, page, now=datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")), wish=Wish(source_id="cms-7"), progress=lambda *_: None)
    assert len(impact(studio.channel, studio.store, studio.catalog, Lexicon(), named, DEFAULT)) == 1
    elsewhere = Lexicon((Entry(written="HTX", spoken="hát tê ích", scope=Scope.ARTICLE, article="b.txt"),))
    assert impact(studio.channel, studio.store, studio.catalog, Lexicon(), elsewhere, DEFAULT) == ()
