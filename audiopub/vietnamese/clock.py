"""The clock, durations, and times of races and matches."""

import re

from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.rule import Said, Site, Start, guess, rule

_CLOCK_CUE = re.compile(r"(?:lúc|từ|đến|tới|trước|sau|khoảng|vào|hồi|sáng|chiều|tối|trưa|\d\s?[gh]?\s?[-–]|\d\s?[gh]\d{0,2}\s?(?:và|,|hoặc|đến))\s*$")
_RATIO = re.compile(r"(?:tỉ lệ|tỉ số|tỉ xích|bản đồ)\s[^.;]{0,16}$")


@rule(
    "time.clock",
    Start.FIGURE,
    r"(?<![\w.,/:])(?P<hour>[01]?\d|2[0-4])\s?[hHg](?P<minute>[0-5]\d)?(?:(?P<mark>['’′p])(?P<second>[0-5]?\d)?(?:\"|s|''|”)?)?(?![\w])",
    keys="hHg",
)
def clock(site: Site) -> str | None:
    """Read 14h15, 8h, 8h00 and 2h15p; "5 g" is five grams, "5g" and a space is too."""
    if "g" in site.match[0] and not site["minute"] and not _clock_is_near(site):
        return None
    minutes_ = " phút" if site["mark"] and site["minute"] else ""
    second = f" {cardinal(int(site['second']))} giây" if site["second"] else ""
    return clock_words(int(site["hour"]), site["minute"]) + minutes_ + second


def _clock_is_near(site: Site) -> bool:
    return bool(_CLOCK_CUE.search(site.before(20)))


@rule("time.hours", Start.FIGURE, r"(?<![\w.,/:])\d{1,3}\s?h(?![\w])", keys="h")
def hours(site: Site) -> str | None:
    """Read 48h and 72h: hours that are no time of the day."""
    return f"{cardinal(int(site.match[0].rstrip('h ')))} giờ"


@rule("time.colon", Start.FIGURE, r"(?<![\w.,/:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\w:]|[.,]\d)", keys=":")
def colon(site: Site) -> str | None:
    """Read 22:05, but not a ratio (tỷ lệ 1:100) or a score."""
    if _RATIO.search(site.before()):
        return None
    second = f" phút {_small(site['second'])} giây" if site["second"] else ""
    return clock_words(int(site["hour"]), site["minute"]) + second


@rule("time.minute_before", Start.FIGURE, r"(?<=giờ )0\d(?!\w|[.,]\d)")
def minute_after_hour(site: Site) -> str:
    """Read "5 giờ 05"."""
    return digit_by_digit(site.match[0])


@rule("time.stoppage", Start.FIGURE, r"(?<![\w.,/])(?P<minute>45|90|105|120)\s?\+\s?(?P<more>\d{1,2})(?:['’′])?(?!\w)", keys="+")
def stoppage(site: Site) -> str:
    """Read "phút 90+3"."""
    return f"{cardinal(int(site['minute']))} cộng {cardinal(int(site['more']))}"


@rule("time.race", Start.FIGURE, r"(?<![\w.,/:])(?:(?P<minute>\d{1,2})['’′:])?(?P<second>\d{1,2})[\"”″.](?P<part>\d{2})(?:\"|”|″)?(?!\w|[.,]\d)", keys="'’′:\"”″.")
def race(site: Site) -> str | None:
    """Read the times of runners and swimmers: 10"52, 1'58"30, 1:58.30."""
    minute, second = site["minute"], int(site["second"])
    if second > 59 or ("." in site.match[0] and not minute):  # noqa: PLR2004
        return None
    opening = f"{cardinal(int(minute))} phút " if minute else ""
    return f"{opening}{cardinal(second)} giây {_small(site['part'])}"


@rule("time.minutes_seconds", Start.FIGURE, r"(?<![\w.,/])(?P<minute>\d{1,3})\s?['’′](?P<second>[0-5]?\d)(?:\"|”|″|''|’’|s)(?!\w)", keys="'’′")
def minutes_seconds(site: Site) -> str:
    """Read 3'21"."""
    return f"{cardinal(int(site['minute']))} phút {cardinal(int(site['second']))} giây"


@rule("time.minutes", Start.FIGURE, r"(?<![\w.,/])(?P<minute>\d{1,3})\s?(?:['’′]|ph(?=[\s,.;)]|$))(?!\w|['’′])", keys="'’′p")
def minutes(site: Site) -> str | Said | None:
    """Read 30' as minutes; a quotation mark that closes is none."""
    if re.search(r"['‘][^'‘’]{1,60}$", site.printed_before(60)) and site.match[0][-1] in "'’":
        return None
    if site.before(6).endswith("phút "):
        return cardinal(int(site["minute"]))
    said = f"{cardinal(int(site['minute']))} phút"
    return f"phút {cardinal(int(site['minute']))}" if site.printed_before(2).endswith("(") else said


@rule("time.zone", Start.CAPITALS, r"(?<!\w)(?P<zone>GMT|UTC)\s?(?P<sign>[+\-–])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?!\w)", keys=("GMT", "UTC"))
def zone(site: Site) -> str:
    """Read GMT+7."""
    name = "giê em tê" if site["zone"] == "GMT" else "u tê xê"
    half = f" giờ {cardinal(int(site['minutes']))}" if site["minutes"] else ""
    return f"{name} {'cộng' if site['sign'] == '+' else 'trừ'} {cardinal(int(site['hours']))}{half}"


@rule("time.opening", Start.FIGURE, r"(?<![\w.,/:])(?P<hour>[01]?\d|2[0-4])(?=\s?[-–—]\s?(?:[01]?\d|2[0-4])\s?[hHg](?!\w|\s?[/.]))", keys="-–—")
def opening_hour(site: Site) -> str:
    """Read the first figure of "8-11h"."""
    return cardinal(int(site["hour"]))


@rule("time.kem", Start.FIGURE, r"(?<=kém )\d{1,2}(?!\w|[.,]\d)")
def minutes_short(site: Site) -> str:
    """Read "5 giờ kém 10"."""
    return cardinal(int(site.match[0]))


def clock_words(hour: int, minute: str) -> str:
    """Say a time of the day."""
    spoken = f"{cardinal(hour)} giờ"
    return spoken if not minute or minute == "00" else f"{spoken} {_small(minute)}"


def _small(figures: str) -> str:
    return digit_by_digit(figures) if figures[0] == "0" else cardinal(int(figures))


@rule("time.hm_leftover", Start.FIGURE, r"(?<![\w.,/:])\d{1,2}[hH][6-9]\d(?!\w)", keys="hH")
def impossible(site: Site) -> Said:
    """Read 8h75, which is no time, as it stands."""
    hour, minute = re.split("[hH]", site.match[0])
    return guess(f"{cardinal(int(hour))} giờ {cardinal(int(minute))}")


RULES = (race, minutes_seconds, colon, clock, hours, minute_after_hour, stoppage, minutes, zone, opening_hour, minutes_short, impossible)
