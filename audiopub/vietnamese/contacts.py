"""Addresses and codes of people and things: web, mail, telephone, accounts, number plates, hashtags."""

import re

from audiopub.vietnamese.letters import spelled
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.rule import Unsure, before, rule

_CALL_CUE = re.compile(r"(?:gọi|số|số máy|đường dây|tổng đài|hotline|điện thoại|đt|sđt|liên hệ|zalo|báo|cho|tới|hoặc|,)\s*:?\s*$")
_CALL_NEAR = re.compile(r"gọi|đường dây|tổng đài|hotline|điện thoại|liên hệ|báo tin|báo ngay|qua số")
_ACCOUNT_CUE = re.compile(r"(?:tài khoản|stk|số thẻ|mã số|mã|cccd|cmnd|định danh)[^.;]{0,30}$")
_SPOKEN_SIGNS = {".": " chấm ", "@": " a còng ", "-": " gạch ngang ", "_": " gạch dưới ", "/": " gạch chéo "}
_DOMAIN = r"(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,5}(?:com|vn|net|org|gov|edu|info|io|tv|asia|example)"


@rule("contact.url", rf"(?<![\w@.])(?:https?://)?(?:www\.)?(?P<host>{_DOMAIN})(?P<path>/[^\s<>()\"“”]{{0,300}})?(?![\w@])")
def url(match: re.Match[str]) -> str:
    """Read a web address by its host; a path is named, not spelled."""
    spoken = _with_signs(match["host"])
    path = (match["path"] or "").rstrip("/.,;")
    return Unsure(spoken) if path else spoken


@rule("contact.mail", rf"(?<![\w@.])[A-Za-z0-9._\-]{{1,64}}@{_DOMAIN}(?!\w)")
def mail(match: re.Match[str]) -> str:
    """Read a mail address."""
    return _with_signs(match[0])


@rule("contact.hashtag", r"(?<![\w#&])#(?P<tag>\w{2,60})")
def hashtag(match: re.Match[str]) -> str:
    """Read #HàNội as words cut at capitals."""
    return _words_of(match["tag"])


@rule("contact.phone", r"(?<![\w.])(?:\+84[ .]?|\(?0)\d{1,3}\)?(?:[ .\-]?\d{1,4}){2,4}(?![\w]|[.,]\d)", figures_only=True)
def phone(match: re.Match[str]) -> str | None:
    """Read a telephone number digit by digit."""
    digits = re.sub(r"\D", "", match[0])
    if not 9 <= len(digits) <= 12:  # noqa: PLR2004
        return None
    return ("cộng " if match[0].startswith("+") else "") + digit_by_digit(digits)


@rule("contact.service_number", r"(?<![\w.,])1[89]00[ .]?\d{2,4}(?:[ .]?\d{2,4})?(?![\w]|[.,]\d)", figures_only=True)
def service_number(match: re.Match[str]) -> str | None:
    """Read 1900 6789 digit by digit where it is a number to call."""
    if " " not in match[0] and "." not in match[0] and not _CALL_NEAR.search(before(match, 40)):
        return None
    return digit_by_digit(match[0])


@rule("contact.short_number", r"(?<![\w.,/\-])1\d{2,3}(?![\w/%]|[.,]\d| (?:hộ|người|xã|em|ha|km|tỷ|triệu))", figures_only=True)
def short_number(match: re.Match[str]) -> str | None:
    """Read 113 digit by digit where the words before say it is to be called."""
    context = before(match, 40)
    return digit_by_digit(match[0]) if _CALL_CUE.search(context) and _CALL_NEAR.search(context) else None


@rule("contact.account", r"(?<![\w.,])\d[\d .]{4,22}\d(?![\w])", figures_only=True)
def account(match: re.Match[str]) -> str | None:
    """Read an account or identity number digit by digit."""
    return digit_by_digit(match[0]) if _ACCOUNT_CUE.search(before(match, 48)) else None


@rule("contact.plate", r"(?<![\w.])(?P<province>\d{2})(?P<series>[A-ZĐ]{1,2}\d?)\s?-\s?(?P<number>\d{3}\.?\d{2}|\d{4})(?![\w])", figures_only=True)
def plate(match: re.Match[str]) -> str:
    """Read a number plate: 20A-123.45."""
    number = match["number"].replace(".", "")
    series = " ".join(digit_by_digit(c) if c.isdigit() else spelled(c) for c in match["series"])
    return f"{cardinal(int(match['province']))} {series} {digit_by_digit(number)}"


def _with_signs(address: str) -> str:
    spoken = re.sub(r"[.@\-_/]", lambda sign: _SPOKEN_SIGNS[sign[0]], address)
    return re.sub(r"\d+", lambda digits: f" {digit_by_digit(digits[0])} ", spoken).replace("  ", " ").strip()


def _words_of(tag: str) -> str:
    spaced = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|_", " ", tag)
    words = re.sub(r"(?<=[a-zà-ỹđ])(?=[^\Wa-zà-ỹđ\d_])", " ", spaced)
    return re.sub(r"\d+", lambda digits: cardinal(int(digits[0])), words)


RULES = (mail, url, hashtag, phone, service_number, account, short_number, plate)
