"""What elements call themselves: class, id and the like of Vietnamese newspapers' pages, in both languages.

A label supports a rule, it never decides against the structure: on an unknown site there are none.
"""

import re


def _label(*pieces: str) -> re.Pattern[str]:
    return re.compile("|".join(pieces), re.IGNORECASE)


_BEGIN, _END = r"(?:^|[\s_-])", r"(?:$|[\s_-])"

TITLE = _label("title", "tieu-?de", "headline", "heading", "txt-?head")
LEAD = _label("sapo", rf"{_BEGIN}lead(?![a-z])", "summary", "chapeau", "standfirst", rf"{_BEGIN}intro(?![a-z])", "description", "tom-?tat", "short-?desc")
AUTHOR = _label("author", "byline", "tac-?gia", "nguoi-?viet", "but-?danh", "writer", rf"{_BEGIN}sign(?![a-z])", rf"{_BEGIN}by{_END}")
CAPTION = _label(
    "caption", "desc_?cation", "chu-?thich", "legend", "photocms", "pimage", "image-?desc", "desc-?image",
    "photo-?(?:desc|note|title)", "img-?(?:note|desc)", rf"{_BEGIN}credit"
)  # fmt: skip
COMMENT = _label("comment", "binh-?luan", rf"{_BEGIN}cm(?:t|-)")
BREADCRUMB = _label("bread-?crumb", rf"{_BEGIN}crumb")
CATEGORY = _label(rf"{_BEGIN}cate(?:gory|name)?{_END}", "chuyen-?muc", "section-?name")
OPEN_ITEM = _label(rf"{_BEGIN}(?:active|current|selected){_END}")
VIDEO = _label(rf"{_BEGIN}(?:video|clip|player)")
INFO = _label(rf"{_BEGIN}(?:info|meta|details?){_END}")

RELATED = _label(
    "relat", "tin-?lien-?quan", "lien-?quan", "read-?more", "banner", rf"{_BEGIN}ads?{_END}", "adsweb", "advert", "sponsor", rf"promo{_END}", "social", "share",
    rf"tags?{_END}",     "comment", "binh-?luan", "newsletter", "subscri", "recommend", "list-?news", "other-?news", "breadcrumb", "pagination",
    rf"{_BEGIN}(?:poll|vote){_END}",
    "most-?(?:read|view)", "trending", "survey", "khao-?sat", "binh-?chon", "foot-?note", "author-?(?:bio|box|desc|about)", "about-?author", rf"{_BEGIN}bio{_END}",
)  # fmt: skip
"""Boxes in an article's container that are not the article's."""

ASIDE = _label(
    "comment", "binh-?luan", "disqus", "fb-", "footer", "side-?bar", rf"{_BEGIN}cols?-?right", "related", "lien-?quan", "most-?(?:read|view)", "xem-?nhieu", "doc-?nhieu",
    "tin-?moi",
)  # fmt: skip
"""Boxes that stand beside an article. They only weaken the finder ``dense``; no text is dropped for them."""
