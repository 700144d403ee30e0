"""Site rules: data that helps, and never decides alone."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from audiopub.article import extract
from audiopub.article.site_rules import SiteRules, parsed_rule, shipped
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import ConfigInvalid
from audiopub.source import Page, PageForm
from tests.articles import BODY, TITLE, html_page
from tests.conftest import ROOT

PAGES = ROOT / "tests/gate/pages"
LONG = [text for text in BODY if len(text) > 100]
TEXT = "".join(f"<p>{text}</p>" for text in LONG)


def page(body: str, url: str = "https://bao.example/bai.html") -> Page:
    """Make a page of a host."""
    made = html_page(body)
    return Page(body=made.body, name=made.name, identity=made.identity, form=PageForm.HTML, url=url)


def rules(text: str) -> SiteRules:
    """Make a rule for bao.example."""
    return SiteRules((parsed_rule('hosts = ["bao.example"]\n[[layout]]\n' + text, "bao"),))


def test_the_shipped_rules_pass_their_tests() -> None:
    """Each family's test page gives what its rule file says, and none of its selectors is stale."""
    assert exit_code_of(main_group, ["rules", "test", "--pages", str(PAGES)]) == 0
    tested = {rule.name for rule in shipped().rules if rule.tests}
    assert {"vccorp", "zce", "vnexpress", "dantri", "vietnamnet", "baodautu", "aspnet-provincial", "nhandan-old", "vov", "qdnd"} <= tested


def test_a_rule_finds_what_the_heuristics_cannot() -> None:
    """A title, an author and a section in places that nothing else tells."""
    body = f'<div class="x1">Một dòng khác</div><div class="k9">{TITLE}</div><div class="z3">Kinh tế xanh</div><div class="q1">Lê Na</div><div class="b">{TEXT}</div>'
    article = extract(page(body), rules('title = [".k9"]\nauthor = [".q1"]\ncategory = [".z3"]\nbody = [".b"]'))
    assert (article.title, article.author, article.category, article.warnings) == (TITLE, "Lê Na", "Kinh tế xanh", ())
    assert "rule:bao" in article.provenance


def test_stripped_elements_and_captions_are_named_by_their_rule() -> None:
    """What a rule strips is furniture, what it calls a caption is one, each with the rule's name."""
    body = (
        f'<h1>{TITLE}</h1><div class="b">{TEXT}<p class="qc">Ngân hàng mời bạn mở thẻ ngay hôm nay.</p><p class="ct">Bà con làm đường trước nhà văn hóa.</p>{TEXT}</div>'
    )
    blocks = {block.text: (str(block.kind), block.rule) for block in extract(page(body), rules('body = [".b"]\nstrip = [".qc"]\ncaption = [".ct"]')).blocks}
    assert blocks["Ngân hàng mời bạn mở thẻ ngay hôm nay."] == ("furniture", "rule.strip")
    assert blocks["Bà con làm đường trước nhà văn hóa."] == ("caption", "rule.caption")


@pytest.mark.parametrize("selector", [".khong-co", ".menu", "body"], ids=["nothing", "elsewhere", "far too much"])
def test_a_stale_body_loses_to_the_finders(selector: str) -> None:
    """A body that is not there, is another place, or holds the whole page and its long comments, is named as stale; the text is found all the same."""
    noise = "".join(
        f"<div class='y'><b>Bạn đọc {n}</b><p>Tôi cũng có ý kiến, mong xã nghe dân nhiều hơn nữa, chuyện năm ngoái ai cũng còn nhớ rõ.</p></div>" for n in range(30)
    )
    body = f'<div class="menu"><p>Trang nhất của báo hôm nay có nhiều tin, mời xem từng mục trong danh sách này.</p></div><h1>{TITLE}</h1><div class="b">{TEXT}</div><div class="y5">{noise}</div>'
    article = extract(page(body), rules(f'body = ["{selector}"]'))
    assert "stale:body" in article.provenance and article.warnings == ("article_warning.rule_stale",)
    assert all(any(text == block.text for block in article.blocks) for text in LONG)


def test_a_title_the_page_does_not_confirm_is_stale() -> None:
    """A selector that points at the lead does not make it the title."""
    body = f'<h1>{TITLE}</h1><p class="t">Một câu dẫn dài của bài báo, không phải tít.</p><div class="b">{TEXT}</div>'
    made = html_page(body, head=f"<title>{TITLE}</title>")
    article = extract(Page(body=made.body, name="x", identity="x", form=PageForm.HTML, url="https://bao.example/"), rules('title = [".t"]\nbody = [".b"]'))
    assert (article.title, "stale:title" in article.provenance) == (TITLE, True)


def test_each_field_falls_back_alone() -> None:
    """A selector that finds nothing leaves its field to the heuristics and the others to the rule."""
    body = f'<h1>{TITLE}</h1><p class="l">Một câu dẫn của bài báo, kể chuyện làm đường của cả xã trong ba năm qua.</p><div class="b">{TEXT}</div>'
    article = extract(page(body), rules('title = [".khong"]\nlead = [".l"]\nauthor = [".khong"]\nbody = [".b"]'))
    assert (article.title, article.author) == (TITLE, None)
    assert article.lead == "Một câu dẫn của bài báo, kể chuyện làm đường của cả xã trong ba năm qua."


def test_rules_are_bound_to_hosts_or_fingerprints() -> None:
    """A host's sub-domains count with it; another host needs every piece of the fingerprint; an unknown site has no rule."""
    known = SiteRules((parsed_rule('hosts = ["bao.example"]\nfingerprint = ["lblTitle", "__VIEWSTATE"]', "bao"),))
    for address, markup, found in (
        ("https://www.bao.example/a", "", True), ("https://thethao.bao.example/a", "", True), ("https://khac.example/", "lblTitle __VIEWSTATE", True),
        (None, "lblTitle __VIEWSTATE", True), ("https://khac.example/", "lblTitle", False), ("https://xbao.example/", "", False),
    ):  # fmt: skip
        assert (known.for_page(address, markup) is not None) is found, address


def test_the_layout_of_the_day_comes_first() -> None:
    """An old article is tried with the layout of its time first; without a date the newest comes first."""
    rule = parsed_rule('[[layout]]\ntitle = ["a"]\n[[layout]]\nsince = 2021-06-01\ntitle = ["b"]\n[[layout]]\nsince = 2018-01-01\ntitle = ["c"]', "x")
    assert [[layout.title[0] for layout in rule.layouts_at(day)] for day in (None, date(2022, 1, 1), date(2019, 1, 1), date(2010, 1, 1))] == [
        ["b", "c", "a"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [("hosts = 'x'", "config.bad_value"), ("host = ['x']", "config.unknown_key"), ("[[layout]]\ntitel = ['x']", "config.unknown_key"), ("[[layout]]\nsince = '2021'", "config.bad_value"),
     ("[[test]]\ntitle = 'x'", "config.missing_key"), ("x = [", "config.bad_toml"), ("layout = ['x']", "config.bad_value"), ("[[test]]\npage = 'x'\nheadings = 'y'", "config.bad_value")],
)  # fmt: skip
def test_a_wrong_rule_file_is_named(text: str, code: str) -> None:
    """A key that is not known or a value that cannot be is an error in words, with the file's name."""
    with pytest.raises(ConfigInvalid) as failure:
        parsed_rule(text, "bao")
    assert failure.value.code == code
    assert "bao.toml" in failure.value.sentence("vi")


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run the command line in an empty folder; give its exit code and standard output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDIOPUB_LANG", "en")

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = exit_code_of(main_group, arguments)
        return code, capsys.readouterr().out

    return run


def test_a_rule_is_proposed_tested_and_goes_stale(said: Said, tmp_path: Path) -> None:
    """A rule begun from a page passes its own test, is never written over, and fails when the site changes."""
    source = PAGES / "wordpress.html"
    (tmp_path / "bai.html").write_bytes(source.read_bytes())
    assert said("rules", "new", "www.sonbinh.example", "bai.html")[0] == 0
    path = tmp_path / "feeds/sites/sonbinh.example.toml"
    assert 'body = ["div.entry-content"]' in path.read_text(encoding="utf-8")
    assert said("rules", "new", "sonbinh.example", "bai.html")[0] == 8
    code, out = said("rules", "test", "sonbinh.example", "--json")
    assert (code, [row["state"] for row in json.loads(out)]) == (0, ["passed"])
    assert "sonbinh.example" in said("rules", "list")[1]
    (tmp_path / "bai.html").write_bytes(source.read_bytes().replace(b"entry-content", b"ec-2027").replace(b"entry-title", b"et-2027"))
    code, out = said("rules", "test", "sonbinh.example", "--json")
    assert (code, json.loads(out)[0]["state"]) == (3, "failed")
    assert any("not where the rule says" in fault for fault in json.loads(out)[0]["faults"])


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.html") if path.stem not in {"tcvn3", "vni", "double-encoded", "paywall"}))
def test_a_proposed_rule_is_valid_and_changes_nothing_for_the_worse(name: str) -> None:
    """For every page a rule can be proposed; with it, the same text is found as without."""
    from audiopub.article.extract import reading_of
    from audiopub.article.proposed_rule import proposed_rule

    source = Page(body=(PAGES / f"{name}.html").read_bytes(), name=f"{name}.html", identity=name, form=PageForm.HTML, url="https://moi.example/a")
    proposed = parsed_rule(proposed_rule("moi.example", source, reading_of(source, SiteRules())), "moi")
    without, with_rule = extract(source, SiteRules()), extract(source, SiteRules((proposed,)))
    assert with_rule.sections == without.sections
    assert with_rule.title == without.title


def test_nothing_is_tested_without_pages(said: Said) -> None:
    """Tests whose pages are not there are said to be absent, and that nothing ran is an error."""
    code, out = said("rules", "test", "vccorp", "--pages", "khong-co")
    assert code == 3
    assert "no page" in out
    assert said("rules", "test", "khong-co")[0] == 3
