"""Single decisions of the extraction, each by the smallest page that needs it."""

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiopub.article import Article, Block, BlockKind, check, extract, whole
from audiopub.article.bylines import byline_of
from audiopub.article.dates import moment, printed_date, without_date
from audiopub.article.headline import without_dateline
from audiopub.article.legacy_fonts import from_tcvn3, from_vni
from audiopub.article.linked_data import articles
from audiopub.article.metadata import without_site
from audiopub.article.quality import findings
from audiopub.article.record import from_record, to_record
from audiopub.article.repair import repaired
from audiopub.errors import BadInput, FetchFailed
from audiopub.source import Page, PageForm
from tests.articles import BODY, TITLE, html_page, text_page

LONG = [text for text in BODY if len(text) > 100]
TEXT = "".join(f"<p>{text}</p>" for text in LONG) * 2


def blocks_of(body: str, head: str = "") -> dict[str, tuple[str, str]]:
    """Give kind and rule of every block by its text."""
    return {block.text: (str(block.kind), block.rule) for block in extract(html_page(body, head=head or f"<title>{TITLE}</title>")).blocks}


# Damaged text


@given(st.text(alphabet="aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ ", max_size=60))
def test_old_fonts_are_read_back(text: str) -> None:
    """Every small letter set in TCVN3 comes back; in VNI every one that its pairs tell apart."""
    assert from_tcvn3(_in_tcvn3(text)) == text
    plain = text.replace("ô", "").replace("ơ", "").replace("ư", "")
    assert from_vni(_in_vni(plain)) == plain


_T = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_TCVN3 = dict(zip(_T, "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ", strict=True))
_VNI = dict(zip(
    _T,
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î".split(),
    strict=True,
))  # fmt: skip


def _in_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def _in_vni(text: str) -> str:
    return "".join(_VNI.get(letter, letter) for letter in text)


@pytest.mark.parametrize(
    ("text", "named"),
    [("Chợ\u200b phiên", "zero-width"), ("Ch\u00adợ phiên", "soft-hyphen"), ("\u202eChợ\u202c phiên", "bidi"), ("Chợ\x0b phiên", "controls"), ("Chợ&shy; phiên", "invisible-entities"),
     (unicodedata.normalize("NFD", "Chợ phiên"), "nfc")],
)  # fmt: skip
def test_every_repair_is_named(text: str, named: str) -> None:
    """What nobody sees is taken out, letters are made whole, and the article's provenance says so."""
    clean, done = repaired(text)
    assert (clean, done) == ("Chợ phiên", (named,))
    page = Page(body=f"<h1>{TITLE}</h1><p>{text} {LONG[0]}</p>{TEXT}".encode(), name="x", identity="x", form=PageForm.HTML)
    assert f"repaired:{named}" in extract(page).provenance


def test_a_modern_page_that_names_an_old_font_is_left_alone() -> None:
    """The name of a font is no proof: letters of today stay as they are."""
    page = html_page(f'<style>p{{font-family:".VnTime"}}</style><h1>{TITLE}</h1>{TEXT}')
    assert not any(step in {"repaired:tcvn3", "repaired:vni"} for step in extract(page).provenance)


def test_a_piece_in_an_old_font_is_read_within_a_modern_page() -> None:
    """Menus in Unicode around an article in .VnTime, as old sites have them."""
    old = "".join(f'<p><font face=".VnTime">{_in_tcvn3(text.lower())}</font></p>' for text in LONG * 2)
    page = html_page(f"<div>{'<a href=x>Trang chủ đầy đủ các mục của báo</a> ' * 60}</div><h1>{TITLE}</h1><div>{old}</div>")
    assert [block.text for block in extract(page).blocks if block.kind is BlockKind.PARAGRAPH] == [text.lower() for text in LONG * 2]


# Blocks


@pytest.mark.parametrize(
    "markup",
    ["<h2>{}</h2>", "<h4>{}</h4>", "<p><strong>{}</strong></p>", "<p><span><b>{}</b></span></p>", "<div><b>{}</b></div>", '<p style="font-weight:bold">{}</p>', '<p class="fw-bold">{}</p>',
     "<p>{}</p>", "<p><u><b>{}</b></u></p>", '<p><span style="font-weight:700">{}</span></p>'],
)  # fmt: skip
def test_a_heading_is_one_in_every_style(markup: str) -> None:
    """Ten ways of setting a heading."""
    found = blocks_of(f"<h1>{TITLE}</h1><div>{TEXT}{markup.format('Làm đường trước mùa mưa')}{TEXT}</div>")
    assert found["Làm đường trước mùa mưa"][0] == "heading"


def test_a_heading_and_its_text_in_one_paragraph_are_two_blocks() -> None:
    """``<b>Heading</b><br>text`` is split at the break."""
    found = blocks_of(f"<h1>{TITLE}</h1><div>{TEXT}<p><b>Làm đường trước mùa mưa</b><br>{LONG[0]} Hết.</p>{TEXT}</div>")
    assert found["Làm đường trước mùa mưa"][0] == "heading"
    assert found[f"{LONG[0]} Hết."][0] == "paragraph"


@pytest.mark.parametrize(
    ("markup", "text", "kind"),
    [("<p><b>PV: Vì sao xã làm đường trước?</b></p>", "PV: Vì sao xã làm đường trước?", "question"), ("<p><b>Bà Trần Thị Hạnh kể lại chuyện cũ bằng giọng chậm rãi.</b></p>", None, "paragraph"),
     ("<blockquote><p>Đường đến đâu, dân vui đến đó, bà con nói vậy.</p></blockquote>", None, "quote"), ("<ul><li>Mỗi nhà góp một ngày công.</li></ul>", None, "list_item"),
     ("<p>- Mỗi nhà góp một ngày công.</p>", "Mỗi nhà góp một ngày công.", "list_item"), ("<figure><img src=a><figcaption>Bà con làm đường</figcaption></figure>", "Bà con làm đường", "caption"),
     ('<p align="right"><b>Trần Minh Khôi</b></p>', "Trần Minh Khôi", "byline"), ("<p>10h35</p>", "10h35", "timestamp"), ("<p>Đọc thêm: bài khác của báo</p>", None, "furniture"),
     ("<table><tr><td>Xã</td><td>Km</td></tr><tr><td>Bản Mới</td><td>12,5</td></tr></table>", "Bản Mới", "table"), ("<p>&gt;&gt; <a href=x>Bài khác cùng chuyên mục của báo</a></p>", ">> Bài khác cùng chuyên mục của báo", "furniture")],
)  # fmt: skip
def test_kinds_of_blocks(markup: str, text: str | None, kind: str) -> None:
    """One block of each kind between two texts."""
    found = blocks_of(f"<h1>{TITLE}</h1><div>{TEXT}{markup}{TEXT}</div>")
    wanted = text or next(key for key in found if key[:12] in markup.replace("&gt;", ">"))
    assert found[wanted][0] == kind, found[wanted]


def test_scripts_and_hidden_things_are_no_text() -> None:
    """Comments, scripts, forms, and what the markup hides do not come out; an article hidden until a script shows it does."""
    hidden = (
        "<!-- 2026-11-02 bí mật --><script>bí mật</script><p style='display:none'>bí mật</p><p hidden>bí mật</p><form><p>bí mật</p></form><noscript>bí mật</noscript>"
    )
    assert "bí mật" not in " ".join(blocks_of(f"<h1>{TITLE}</h1><div>{TEXT}{hidden}</div>"))
    assert LONG[0] in blocks_of(f"<h1>{TITLE}</h1><div style='display:none'>{TEXT}</div>")


def test_names_and_dates_side_by_side_are_told_apart() -> None:
    """Two elements without a space between are two things to a reader."""
    article = extract(html_page(f"<h1>{TITLE}</h1><div><span>Lê Thị Na</span><span>12/10/2026, 06:45</span></div><div>{TEXT}</div>"))
    assert (article.author, article.published and article.published.isoformat()) == ("Lê Thị Na", "2026-10-12T06:45:00+07:00")


def test_a_word_split_by_markup_stays_one() -> None:
    """Word processors cut words into elements; they are not cut for the ear."""
    assert "Thái Nguyên làm đường, " + LONG[0] in blocks_of(f"<h1>{TITLE}</h1><div>{TEXT}<p><span>Th</span><span>ái Nguy</span><b>ên</b> làm đường, {LONG[0]}</p></div>")


# Names, dates, titles


@pytest.mark.parametrize(
    ("text", "name"),
    [("Bài và ảnh: Hoàng Nam - Lê An", "Hoàng Nam, Lê An"), ("Thực hiện: Đỗ Khánh Vy", "Đỗ Khánh Vy"), ("TRẦN ĐỨC LAM", "TRẦN ĐỨC LAM"), ("Phóng viên Lê Na", "Lê Na"), ("Minh Hải (tổng hợp)", "Minh Hải"),
     ("Ngọc Anh/TTXVN", "Ngọc Anh"), ("By Đinh Hà Vy", "Đinh Hà Vy"), ("Nguyễn Văn Trường", "Nguyễn Văn Trường"), ("Lê An - từ Paris", "Lê An"), ("P Phùng Mai", "Phùng Mai"),
     ("Báo Nhân Dân", None), ("TTXVN", None), ("KHÔNG ĐỂ TRƯỜNG HỌC THIẾU NƯỚC", None), ("Giữ đường bền lâu", None), ("Thứ Sáu", None), ("admin", None), ("https://bao.example/x", None),
     ("Ban Thời Sự", None), ("Làng Vân Đêm Hội", "Làng Vân Đêm Hội")],
)  # fmt: skip
def test_names_of_authors(text: str, name: str | None) -> None:
    """People, not organisations, and no phrases; four capital words are taken for a name (which only a place for one makes a byline)."""
    assert byline_of(text) == name


@pytest.mark.parametrize(
    ("text", "iso"),
    [("8:05 ngày 3/11/2026", "2026-11-03T08:05:00+07:00"), ("Thứ Hai, 02/11/2026 | 21:15 GMT+7", "2026-11-02T21:15:00+07:00"), ("02-11-2026 09:00", "2026-11-02T09:00:00+07:00"),
     ("2 tháng 11 năm 2026", "2026-11-02T00:00:00+07:00"), ("30 tháng 5, 2026", "2026-05-30T00:00:00+07:00"), ("05-09-2026 - 17:09 PM", "2026-09-05T17:09:00+07:00"),
     ("September 28, 2026 | 04:42 pm", "2026-09-28T16:42:00+07:00"), ("21h15, 02/11/2026", "2026-11-02T21:15:00+07:00"), ("1794668100", "2026-11-14T21:55:00+07:00"),
     ("2026-03-07T08:07:18 +07:00", "2026-03-07T08:07:18+07:00"), ("2026-11-14T15:40:00.000Z", "2026-11-14T22:40:00+07:00"), ("31/02/2026", None), ("hôm qua", None)],
)  # fmt: skip
def test_dates_as_newspapers_write_them(text: str, iso: str | None) -> None:
    """For machines and for readers; a time without a zone is Vietnam's, an impossible day is none."""
    found = moment(text)
    assert (found.isoformat() if found else None) == iso


@given(st.datetimes(datetime(2001, 1, 1), datetime(2089, 12, 31)))  # noqa: DTZ001  the zone is what is tested
def test_printed_dates_come_back(when: datetime) -> None:
    """Every minute that is printed in the usual form is read as it was, and leaves nothing of the line."""
    text = f"Thứ Hai, {when:%d/%m/%Y}, {when:%H:%M} (GMT+7)"
    found = printed_date(text)
    assert found is not None and (found.year, found.month, found.day, found.hour, found.minute) == (when.year, when.month, when.day, when.hour, when.minute)
    assert without_date(text) == ""


@pytest.mark.parametrize(
    ("lead", "left"),
    [("(Dân trí) - Sáng nay", "Sáng nay"), ("NDO - Sáng nay", "Sáng nay"), ("VOV.VN - Sáng nay", "Sáng nay"), ("(PLO)- Sáng nay", "Sáng nay"), ("Baoquangninh.vn - Sáng nay", "Sáng nay"),
     ("Hà Nội, 3/11 (TTXVN) - Sáng nay", "Sáng nay"), ("(Báo Xã) Sáng nay", "Sáng nay"), ("UBND xã họp", "UBND xã họp"), ("(2015) là năm khó", "(2015) là năm khó"), ("TP HCM - Hà Nội thêm tàu", "TP HCM - Hà Nội thêm tàu")],
)  # fmt: skip
def test_datelines_come_off_leads(lead: str, left: str) -> None:
    """The newspaper's own mark goes; a parenthesis or an abbreviation of the text stays."""
    assert without_dateline(lead) == left


@pytest.mark.parametrize(
    ("title", "site", "left"),
    [("Chợ phiên họp sớm - Báo Vùng Cao", "", "Chợ phiên họp sớm"), ("Chợ phiên họp sớm | Dân trí", "", "Chợ phiên họp sớm"), ("Báo Vùng Cao - Chợ phiên họp sớm", "", "Chợ phiên họp sớm"),
     ("Vùng lúa - tôm vào vụ mới", "", "Vùng lúa - tôm vào vụ mới"), ("Chợ phiên họp sớm :: baoxa.example", "", "Chợ phiên họp sớm"), ("Chợ phiên họp sớm - Góc Nhỏ", "Góc Nhỏ", "Chợ phiên họp sớm"),
     ("Báo Vùng Cao", "", ""), ("03-article.html", "", "")],
)  # fmt: skip
def test_the_sites_name_comes_off_the_title(title: str, site: str, left: str) -> None:
    """Before or after, in every separator; a dash of the title's own stays."""
    assert without_site(title, site) == left


def test_linked_data_is_read_with_its_usual_faults() -> None:
    """Commas too many, comments around, graphs, lists, and an article inside a list of others last."""
    found = articles([
        '{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Khác"}]}', '<!-- {"@graph":[{"@type":"NewsArticle","headline":"Một",},],} -->',
        '[{"@type":"BreadcrumbList"},{"@type":["NewsArticle","Thing"],"headline":"Hai"}]', "không phải JSON", '{"@type":"LiveBlogPosting","headline":"Ba"}',
    ])  # fmt: skip
    assert [item["headline"] for item in found] == ["Một", "Hai", "Ba", "Khác"]


# The gate on the article


def article(**changes: object) -> Article:
    """Make a good article with some changes."""
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text, rule="paragraph") for text in LONG * 2)
    values = {"title": TITLE, "published": datetime.fromisoformat("2026-11-02T08:00:00+07:00"), "blocks": blocks, "provenance": ("finders:1.00",)}
    return Article(**values | changes)  # type: ignore[arg-type]


def with_blocks(*more: tuple[BlockKind, str]) -> Article:
    return article(blocks=(*article().blocks, *(Block(kind=kind, text=text, rule="x") for kind, text in more)))


@pytest.mark.parametrize(
    ("made", "code"),
    [(article(title=" "), "article.no_title"), (article(blocks=article().blocks[:1]), "article.too_short"), (article(next_page="https://bao.example/b-2.html"), "article.incomplete"),
     (with_blocks((BlockKind.FURNITURE, "Bạn cần đăng nhập để đọc tiếp bài viết này.")), "article.paywall"),
     (article(blocks=tuple(Block(kind=BlockKind.CAPTION, text=f"Ảnh {n}: bà con làm đường trước nhà", rule="x") for n in range(4))), "article.photo_story"),
     (article(blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=t.encode().decode("cp1252", "ignore"), rule="x") for t in LONG * 3)), "article.mojibake"),
     (article(blocks=(Block(kind=BlockKind.PARAGRAPH, text="The market opens before the sun rises over the hills. " * 20, rule="x"),)), "article.not_vietnamese"),
     (article(published=None), "article_warning.no_date"), (article(provenance=("finders:0.20",)), "article_warning.finders_disagree"),
     (with_blocks(*[(BlockKind.TIMESTAMP, f"1{n}:00") for n in range(3)]), "article_warning.live_blog"), (with_blocks((BlockKind.PARAGRAPH, "Chuyện còn dài…")), "article_warning.cut_off"),
     (with_blocks((BlockKind.PARAGRAPH, "Mời bạn đọc theo dõi fanpage của báo.")), "article_warning.leftover_furniture"), (with_blocks((BlockKind.TABLE, "12")), "article_warning.table_not_read"),
     (article(), "article_warning.no_headings")],
)  # fmt: skip
def test_every_doubt_has_its_code(made: Article, code: str) -> None:
    """Each refusal and each warning is given for the article that has just that fault."""
    assert code in [finding.code for finding in findings(made)]
    if code.startswith("article."):
        with pytest.raises(BadInput) as failure:
            check(made, "x")
        assert failure.value.code == code
        assert code in check(made, "x", accept=frozenset(finding.code for finding in findings(made))).warnings
    else:
        assert code in check(made, "x").warnings


def test_a_good_article_has_no_doubts_but_its_missing_headings() -> None:
    """Nothing is warned of without a reason."""
    assert check(article(), "x").warnings == ("article_warning.no_headings",)


# Articles on several pages


def pages(count: int) -> dict[str, Article]:
    """Make an article printed on several pages."""
    made = {}
    for number in range(1, count + 1):
        texts = [f"Trang {number} kể chuyện làm đường của bản, đoạn thứ {n}." for n in (1, 2)]
        blocks = [Block(kind=BlockKind.CAPTION, text="Bà con làm đường", rule="x"), *(Block(kind=BlockKind.PARAGRAPH, text=text, rule="x") for text in texts)]
        following = f"https://bao.example/bai-7-p{number + 1}.html" if number < count else None
        made[f"https://bao.example/bai-7-p{number}.html"] = article(blocks=tuple(blocks), next_page=following, warnings=())
    return made


def test_all_pages_are_followed_and_nothing_is_said_twice() -> None:
    """The caption that every page repeats comes once, the texts come in order, and nothing is left to fetch."""
    made = pages(3)
    joined = whole(made["https://bao.example/bai-7-p1.html"], "https://bao.example/bai-7.html", made.__getitem__)
    assert [block.text[:7] for block in joined.blocks] == ["Bà con ", "Trang 1", "Trang 1", "Trang 2", "Trang 2", "Trang 3", "Trang 3"]
    assert joined.next_page is None


@pytest.mark.parametrize("following", ["https://bao.example/bai-khac-8.html", "https://khac.example/bai-7-p2.html", "https://bao.example/bai-7.html"])
def test_the_next_article_is_not_the_next_page(following: str) -> None:
    """A "next" that is another article, another host or the same page again is not followed, and counts for nothing."""

    def forbidden(address: str) -> Article:
        raise AssertionError(address)

    assert whole(article(next_page=following), "https://bao.example/bai-7.html", forbidden).next_page is None


def test_a_page_that_cannot_be_had_leaves_the_article_incomplete() -> None:
    """What was read stays, and the check will refuse it."""

    def gone(address: str) -> Article:
        raise FetchFailed("fetch.status", url=address, status=404)

    found = whole(pages(2)["https://bao.example/bai-7-p1.html"], "https://bao.example/bai-7.html", gone)
    assert found.next_page == "https://bao.example/bai-7-p2.html"


@pytest.mark.parametrize(
    "made", [article(), article(modified=datetime.fromisoformat("2026-11-03T08:00:00+07:00"), warnings=("w",)), Article(title="")], ids=["good", "more", "empty"]
)
def test_an_article_survives_being_written_down(made: Article) -> None:
    """The record that crosses between processes loses nothing."""
    assert from_record(to_record(made)) == made


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    """Whatever the bytes are, there is an article or a refusal in words."""
    for form in PageForm:
        try:
            extract(Page(body=body, name="x", identity="x", form=form))
        except BadInput as error:
            assert error.sentence("vi")  # noqa: PT017


_PIECES = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<br>",
    "<table><tr><td>",
    "</table>",
    "<b>",
    "<h2>",
    "</h2>",
    "<li>",
    "<ul>",
    "<a href=x>",
    "</a>",
    "<img>",
    "<blockquote>",
    *LONG,
    "Tin liên quan",
    "Ảnh: An",
    "\u200b",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_no_markup_breaks_the_reader(pieces: list[str]) -> None:
    """Tags in any order, closed or not, give an article; no text of a block holds markup."""
    article = extract(html_page("".join(pieces)))
    assert not any("<" in block.text for block in article.blocks)


def test_plain_text_goes_its_own_way() -> None:
    """A pasted text is not parsed as a page, and one with a stray tag is no page either."""
    for text in (text_page(), text_page(*BODY[:-1], BODY[-1] + " Giá < 5 triệu, <b>rẻ</b>.")):
        assert [section.heading for section in extract(text).sections] == [BODY[0], BODY[3]]


def test_a_raised_figure_stays_with_its_unit() -> None:
    """Square metres written with a raised 2 are not taken apart."""
    body = "<h1>Nhà mới</h1>" + "<p>Căn nhà rộng 48m<sup>2</sup>, cao 6m, do xã góp công dựng trong ba tháng cho gia đình ông.</p>" * 6
    article = extract(Page(body=body.encode(), name="page", identity="page", form=PageForm.HTML))
    assert "48m2, cao" in article.sections[0].paragraphs[0]
