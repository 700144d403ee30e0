"""Addresses and codes of people and things: web, mail, telephone, accounts, number plates, flights, hashtags."""

import re

from audiopub.vietnamese.letters import spelled
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.rule import LETTERS, Said, Site, Start, by_context, guess, rule

_CALL_CUE = re.compile(r"(?:gọi|số|số máy|đường dây|đường dây nóng|tổng đài|hotline|điện thoại|đt|sđt|liên hệ|zalo|báo|cho|tới|đến|hoặc|và|là|,|\d{3}|:)\s*:?\s*$")
_CALL_NEAR = re.compile(r"gọi|đường dây|tổng đài|hotline|điện thoại|liên hệ|báo tin|báo ngay|qua số|số máy|cứu hỏa|cấp cứu")
_ACCOUNT_CUE = re.compile(r"(?:tài khoản|stk|số thẻ|mã số|mã|cccd|cmnd|định danh|hộ chiếu|mst|căn cước|chứng minh nhân dân)[^.;]{0,40}$")
_AIRLINES = frozenset("VN VJ QH BL VU SQ TG CX KE OZ JL NH EK QR MH CZ CA MU AF BR CI AK FD OD TR TK UA AA DL BA LH SU MF JQ".split())
_EMERGENCY = frozenset("111 112 113 114 115 116 117 119 1022 1055 1080 1414".split())
"""Numbers that everybody in Vietnam may call."""

_LONGEST_PATH = 32
_SPOKEN_SIGNS = {".": " chấm ", "@": " a còng ", "-": " gạch ngang ", "_": " gạch dưới ", "/": " gạch chéo ", "+": " cộng "}
_TOP = "com|vn|net|org|gov|edu|info|io|tv|asia|example|app|ai|me|co|biz|xyz|online|shop|news|dev|int|uk|us|jp|cn|eu"
_DOMAIN = rf"(?:[A-Za-z0-9][A-Za-z0-9\-]{{0,62}}\.){{1,5}}(?:{_TOP})"


@rule("contact.mail", Start.ANYWHERE, rf"(?<![\w@.])[A-Za-z0-9._+\-]{{1,64}}@{_DOMAIN}(?!\w)", needs=("@",))
def mail(site: Site) -> str:
    """Read a mail address."""
    return _with_signs(site.match[0])


@rule(
    "contact.url", Start.ANYWHERE,
    rf"(?<![\w@.])(?:https?://)?(?:www\.)?(?P<host>{_DOMAIN})(?::\d{{2,5}})?(?P<path>[/?][^\s<>()\"“”]{{0,300}})?(?![\w@])",
    needs=tuple(f".{top}" for top in _TOP.split("|")),
)  # fmt: skip
def url(site: Site) -> str | Said:
    """Read a web address by its host and a short path; a long path is left out, as newsreaders do, and flagged."""
    path = site["path"].rstrip("/.,;:!?")
    if len(path) <= _LONGEST_PATH and re.fullmatch(r"[A-Za-z0-9/\-_.]*", path):
        return _with_signs(site["host"] + path)
    return guess(_with_signs(site["host"]))


@rule("contact.hashtag", Start.SIGN, r"(?<![\w#&])#(?P<tag>\w{2,60})")
def hashtag(site: Site) -> str:
    """Read #HàNội as words cut at capitals."""
    return _words_of(site["tag"])


@rule("contact.handle", Start.SIGN, r"(?<![\w@])@(?P<name>[A-Za-z][\w.]{1,40}\w)")
def handle(site: Site) -> str:
    """Read the @name of an account."""
    return "a còng " + _with_signs(site["name"])


@rule(
    "contact.phone",
    Start.FIGURE,
    r"(?<![\w.])(?<!\w[\-+])0\d{1,3}\)?(?:[ .\-]{1,2}\d{1,8}){1,4}(?![\w]|[.,]\d)|(?<![\w.])0\d{8,10}(?!\w|[.,]\d)|(?<=\+)84[ .]?\d{1,3}(?:[ .\-]?\d{2,4}){2,4}(?!\w)",
)
def phone(site: Site) -> str | None:
    """Read a telephone number digit by digit."""
    digits = re.sub(r"\D", "", site.match[0])
    if not 8 <= len(digits) <= 12 or (len(digits) == 8 and not _CALL_NEAR.search(site.before(56))):  # noqa: PLR2004
        return None
    return digit_by_digit(digits)


@rule("contact.plus", Start.SIGN, r"\(?\+(?=84)")
def country_code(_site: Site) -> str:
    """Read the + of +84."""
    return "cộng"


@rule("contact.service_number", Start.FIGURE, r"(?<![\w.,])1[89]00[ .]?\d{2,4}(?:[ .]?\d{2,4})?(?![\w]|[.,]\d)")
def service_number(site: Site) -> str | None:
    """Read 1900 6789 digit by digit where it is a number to call."""
    figures = site.match[0]
    if not _CALL_NEAR.search(site.before(48)) and not (re.fullmatch(r"1[89]00[ .]?\d{4,6}", figures) and len(re.sub(r"\D", "", figures)) >= 8):  # noqa: PLR2004
        return None
    return digit_by_digit(figures)


@rule(
    "contact.emergency",
    Start.FIGURE,
    r"(?<![\w.,/\-])1\d{2,3}(?:[/\-]1\d{2,3}){0,3}(?![\w/%]|[.,]\d| (?:hộ|người|xã|em|ha|km|tỷ|triệu|đồng|nghìn|cuộc|trường|ca|năm|ngày|máy))",
)
def short_number(site: Site) -> Said | None:
    """Read 113 and 113/114/115 digit by digit where the words before say that they are to be called."""
    context = site.before(56)
    near = _CALL_NEAR.search(context)
    known = all(number in _EMERGENCY for number in re.split(r"[/\-]", site.match[0]))
    if not near or not (known or _CALL_CUE.search(context)):
        return None
    return by_context(", ".join(digit_by_digit(number) for number in re.split(r"[/\-]", site.match[0])), near[0])


@rule("contact.account", Start.FIGURE, r"(?<![\w.,])\d[\d .]{4,26}\d(?:-\d{3})?(?!\w|[.,]\d)")
def account(site: Site) -> Said | None:
    """Read an account or identity number digit by digit, a branch after a hyphen too."""
    cue = _ACCOUNT_CUE.search(site.before(56))
    if not cue or re.fullmatch(r"\d{1,3}(?:\.\d{3})+", site.match[0]):
        return None
    return by_context(_spelled_figures(site.match[0]), cue[0].split(" ")[0])


@rule("contact.groups", Start.FIGURE, r"(?<![\w.,/\-])\d{1,5}(?:-\d{1,7}){3,5}(?!\w|[.,\-]\d)", keys="-")
def hyphened_groups(site: Site) -> str:
    """Read an ISBN and other codes of four groups and more digit by digit."""
    return ", ".join(digit_by_digit(group) for group in site.match[0].split("-"))


@rule("contact.code", Start.FIGURE, r"(?<![\w.,])\d{3,9}(?!\w|[.,]\d)")
def code(site: Site) -> Said | None:
    """Read the figures of a code that is given out: "mã 5678", "mã OTP 123456", "nhắn tin ... gửi 1407"."""
    cue = re.search(
        r"(?:mã otp|mã xác thực|mã bưu chính|mã chứng khoán|mã vạch|mật khẩu|soạn tin[^.;]{0,30} gửi|gửi (?:đến |tới |về )?(?:tổng đài|đầu số|số)|đầu số)\s*(?:là\s)?$",
        site.before(60),
    )
    return by_context(digit_by_digit(site.match[0]), cue[0].strip().split(" ")[0]) if cue else None


@rule(
    "contact.plate",
    Start.FIGURE,
    r"(?<![\w.])(?P<province>\d{2})-?(?P<series>[A-ZĐ]{1,2}\d?)\s?[-– ]\s?(?P<number>\d{3}\.?\d{2}|\d{4})(?![\w]|[.,]\d)",
    keys=LETTERS + "-",
)
def plate(site: Site) -> str:
    """Read a number plate: 20A-123.45, 29H1-456.78."""
    series = " ".join(digit_by_digit(c) if c.isdigit() else spelled(c) for c in site["series"])
    return f"{cardinal(int(site['province']))} {series} {digit_by_digit(site['number'])}"


@rule("contact.flight", Start.CAPITALS, r"(?<!\w)(?P<line>[A-Z]{2})[ \-]?(?P<number>\d{2,4})(?!\w|[.,]\d)", keys=_AIRLINES)
def flight(site: Site) -> Said | None:
    """Read the number of a flight: "chuyến bay VN1234"."""
    cue = re.search(r"(?:chuyến bay|chuyến|số hiệu|bay|máy bay)[^.;]{0,40}$", site.before(56))
    if not cue:
        return None
    return by_context(f"{spelled(site['line'])} {digit_by_digit(site['number'])}", cue[0].split(" ")[0])


def _with_signs(address: str) -> str:
    spoken = re.sub(r"[.@\-_/+]", lambda sign: _SPOKEN_SIGNS[sign[0]], address)
    lettered = re.sub(r"\d+", lambda digits: f" {digit_by_digit(digits[0])} ", spoken)
    return " ".join(spelled(word) if _unsayable(word) else word for word in lettered.split()).lower()


def _unsayable(word: str) -> bool:
    return word.isascii() and len(word) <= 5 and (word.isupper() or (not re.search("[aeiouy]", word) and word != "vn"))  # noqa: PLR2004


def _spelled_figures(figures: str) -> str:
    head, hyphen, tail = figures.partition("-")
    return digit_by_digit(head) + (f" gạch ngang {digit_by_digit(tail)}" if hyphen else "")


def _words_of(tag: str) -> str:
    spaced = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|_", " ", tag)
    words = re.sub(r"(?<=[a-zà-ỹđ])(?=[^\Wa-zà-ỹđ\d_])", " ", spaced)
    figured = re.sub(r"\d+", lambda digits: cardinal(int(digits[0])), words)
    return " ".join(spelled(word) if word.isupper() and 1 < len(word) <= 5 else word for word in figured.split())  # noqa: PLR2004


RULES = (mail, url, hashtag, handle, phone, country_code, service_number, hyphened_groups, account, short_number, code, plate, flight)
