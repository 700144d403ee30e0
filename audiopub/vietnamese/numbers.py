"""Numbers in words, as a newsreader of northern standard Vietnamese says them.

Source of the forms (linh, tư, lăm, mốt, không trăm): usage of VOV and VTV news, and the number
chapter of the primary-school textbook; the libraries num2words and vietnam-number were compared
and differ on 0 in the hundreds place, on tư and on decimals (docs/why.md).
"""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
"""The ten digits said alone."""

_BILLION = 1_000_000_000
_SCALES = ("", "nghìn", "triệu")
_LONGEST = 18
"""Past a billion billions the words help nobody: longer numbers are read digit by digit."""


def cardinal(number: int) -> str:
    """Say a whole number, negative ones with "âm".

    >>> cardinal(24), cardinal(105), cardinal(2015)
    ('hai mươi tư', 'một trăm linh năm', 'hai nghìn không trăm mười lăm')
    >>> cardinal(10_005), cardinal(1_000_000_000)
    ('mười nghìn không trăm linh năm', 'một tỷ')
    """
    if number < 0:
        return "âm " + cardinal(-number)
    if number >= 10**_LONGEST:
        return digit_by_digit(str(number))
    if number < _BILLION:
        return _below_a_billion(number, leading=True)
    high, low = divmod(number, _BILLION)
    rest = " " + _below_a_billion(low, leading=False) if low else ""
    return f"{cardinal(high)} tỷ{rest}"


def decimal(whole: str, fraction: str) -> str:
    """Say a number with a decimal comma, both parts given as digits.

    A fraction of one to three digits is read as a number, its leading zeros one by one; a longer one
    digit by digit.

    >>> decimal("15", "5"), decimal("0", "05"), decimal("405", "53")
    ('mười lăm phẩy năm', 'không phẩy không năm', 'bốn trăm linh năm phẩy năm mươi ba')
    """
    return f"{cardinal(int(whole))} phẩy {_fraction(fraction)}"


def digit_by_digit(digits: str) -> str:
    """Say digits one at a time, as in a telephone number; anything else in the string is passed over.

    >>> digit_by_digit("0912.345")
    'không chín một hai ba bốn năm'
    """
    return " ".join(DIGITS[int(d)] for d in digits if d in "0123456789")


def ordinal(number: int) -> str:
    """Say the word that follows "thứ".

    >>> ordinal(1), ordinal(4), ordinal(9)
    ('nhất', 'tư', 'chín')
    """
    return {1: "nhất", 4: "tư"}.get(number) or cardinal(number)


def month(number: int) -> str:
    """Say a month's number after "tháng": April is "tư", not "bốn".

    >>> month(4), month(11)
    ('tư', 'mười một')
    """
    return "tư" if number == 4 else cardinal(number)  # noqa: PLR2004


def roman(numeral: str) -> int | None:
    """Read a Roman numeral in capitals; None where it is not written as one.

    >>> roman("XIV"), roman("IIX"), roman("XXI")
    (14, None, 21)
    """
    total = 0
    values = [_ROMAN.get(letter, 0) for letter in numeral]
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < following else value
    return total if total > 0 and _as_roman(total) == numeral else None


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_STEPS = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
                (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def _as_roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN_STEPS:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _below_a_billion(number: int, *, leading: bool) -> str:
    groups = (number // 1_000_000, number // 1000 % 1000, number % 1000)
    words: list[str] = []
    for scale, group in zip(reversed(_SCALES), groups, strict=True):
        if group:
            words += [_group(group, leading=leading and not words), scale]
    return " ".join(word for word in words if word) or DIGITS[0]


def _group(number: int, *, leading: bool) -> str:
    """Say three digits; the hundreds are said even when 0 unless this is the number's first group."""
    hundreds, rest = divmod(number, 100)
    words = [] if leading and not hundreds else [DIGITS[hundreds], "trăm"]
    if rest:
        words.append(_below_a_hundred(rest, after_hundreds=bool(words)))
    return " ".join(words)


def _below_a_hundred(number: int, *, after_hundreds: bool) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return f"linh {DIGITS[ones]}" if after_hundreds else DIGITS[ones]
    if tens == 1:
        return "mười" if ones == 0 else f"mười {'lăm' if ones == 5 else DIGITS[ones]}"  # noqa: PLR2004
    last = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")
    return f"{DIGITS[tens]} mươi{last}"


def _fraction(digits: str) -> str:
    significant = digits.lstrip("0")
    if not significant or len(digits) > 3:  # noqa: PLR2004
        return digit_by_digit(digits)
    zeros = len(digits) - len(significant)
    return " ".join([DIGITS[0]] * zeros + [cardinal(int(significant))])
