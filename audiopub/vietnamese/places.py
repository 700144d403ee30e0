"""Places printed short: wards and districts, roads and their kilometres."""

import re

from audiopub.vietnamese.cues import decide
from audiopub.vietnamese.letters import LOWER, UPPER, spelled
from audiopub.vietnamese.numbers import cardinal, digit_by_digit
from audiopub.vietnamese.rule import Said, Site, Start, rule

_PLACES = {"P": "phường", "Q": "quận", "F": "phường", "H": "huyện", "X": "xã", "KP": "khu phố", "TDP": "tổ dân phố", "T": "tỉnh", "Đ": "đường", "TP": "thành phố",
           "Tp": "thành phố", "tp": "thành phố", "TX": "thị xã", "Tx": "thị xã", "TT": "thị trấn", "Tt": "thị trấn", "KDC": "khu dân cư",
           "KĐT": "khu đô thị"}  # fmt: skip
_PLACE_CUE = re.compile(r"(?:[,(\-–;]|ở|tại|trú|thuộc|quê|về|địa bàn|huyện|công an|ubnd|hđnd|ngụ|từ|đến|\d|và)\s?[“(]?$")
_ROADS = {"QL": "quốc lộ", "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "HL": "hương lộ", "ĐH": "đường huyện", "CT": "cao tốc", "ĐX": "đường xã", "Ql": "quốc lộ"}


@rule(
    "place.ward",
    Start.CAPITALS,
    r"(?<![\w.])(?P<kind>KP|TDP|[PQFHX])(?:\.\s?|\s(?=\d{1,2}\s?[,)/]))(?P<number>\d{1,2})(?P<letter>[A-ZĐ]?)(?!\w|[.,/]\d)",
    keys=("KP", "TDP", "P", "Q", "F", "H", "X"),
)
def ward(site: Site) -> str:
    """Read P.5, Q.1 and KP.3."""
    return _numbered(site, _PLACES)


@rule("place.ward_glued", Start.CAPITALS, r"(?<![\w.])(?P<kind>[PQ])(?P<number>\d{1,2})(?=\s?[,\-(]\s?(?:Q|P|TP|quận|phường|[A-ZĐ]))", keys="PQ")
def ward_glued(site: Site) -> str:
    """Read "P5, Q1, TP.HCM"."""
    return f"{_PLACES[site['kind']]} {cardinal(int(site['number']))}"


@rule("place.named", Start.CAPITALS, rf"(?<![\w.])(?P<kind>TP|TX|TT|[PQHXTĐ])\.\s?(?=[{UPPER}][{LOWER}’'])", keys=("TP", "TX", "TT", *"PQHXTĐ"))
def place_named(site: Site) -> str | None:
    """Read Q.Bình Thạnh, X. Tân Phú and TP.Thái Nguyên; "H. Nguyễn" after a name is a person's."""
    lone = re.match(rf"([{UPPER}][{LOWER}]+)(?:\s[{LOWER}]|\s?[.,;:)–\-]|$)", site.printed_after(16))
    if len(site["kind"]) == 1 and lone and not _PLACE_CUE.search(site.before(14)):
        return None  # P.Anh is a person who signs so
    if site["kind"] in "HTĐX" and not re.search(r"(?:^|[,(\-–;]|ở|tại|trú|thuộc|quê|về|địa bàn|huyện|công an|ubnd|phòng|từ|và|huyện ủy)\s?[“(]?$", site.before(12)):
        return None
    return _PLACES[site["kind"]]


@rule("place.named", Start.WORD, rf"(?<![\w.])(?P<kind>T[px]|Tt)\.?\s?(?=[{UPPER}][{LOWER}])", keys=("Tp", "Tx", "Tt"))
def place_named_title(site: Site) -> str:
    """Read "Tp. Huế"."""
    return _PLACES[site["kind"]]


@rule("place.road", Start.CAPITALS, r"(?<!\w)(?P<kind>QL|ĐT|TL|HL|ĐH|CT|ĐX)(?P<by>[.\s]?)(?P<number>\d{1,3})(?P<letter>[A-ZĐ]?)(?!\w|[.,/]\d|\.\d{3})", keys=_ROADS)
def road(site: Site) -> str | Said | None:
    """Read QL1A, ĐT.261 and CT.01; "ĐT 0912…" is a telephone."""
    if site["kind"] == "CT" or (site["kind"] in {"ĐT", "TL", "ĐH"} and site["by"] == " "):
        verdict = decide(site["kind"], site)
        return Said(_numbered(site, _ROADS), verdict.confidence, verdict.because) if verdict.reading == _ROADS[site["kind"]] else None
    return _numbered(site, _ROADS)


@rule("place.road", Start.WORD, r"(?<!\w)(?P<kind>Ql)\.?\s?(?P<number>\d{1,3})(?P<letter>[A-ZĐ]?)(?!\w)", keys=("Ql",))
def road_title(site: Site) -> str:
    """Read "Ql 1A"."""
    return _numbered(site, _ROADS)


def _numbered(site: Site, kinds: dict[str, str]) -> str:
    number = site["number"]
    said = digit_by_digit(number) if number[0] == "0" and len(number) > 1 else cardinal(int(number))
    return " ".join(filter(None, (kinds[site["kind"]], said, spelled(site["letter"]) if site["letter"] else "")))


_KILOMETRE = r"m\s?(?P<km>\d{1,4})(?:\s?\+\s?(?P<metres>\d{1,3}))?(?!\w|[.,]\d)"


@rule("place.kilometre", Start.WORD, "(?<!\\w)k" + _KILOMETRE, keys=("km",))
def kilometre(site: Site) -> str | None:
    """Read km12+300 and "km 45", but not "5 km2"."""
    if site["km"] in {"2", "3"} and not site["metres"] and site.match[0][2:3].isdigit():
        return None
    return None if site.before(2).strip()[-1:].isdigit() else _kilometre(site)


@rule("place.kilometre", Start.WORD, "(?<!\\w)K" + _KILOMETRE, keys=("Km",))
def kilometre_title(site: Site) -> str:
    """Read Km12+300."""
    return _kilometre(site)


@rule("place.kilometre", Start.CAPITALS, "(?<!\\w)KM?" + _KILOMETRE.removeprefix("m"), keys=("K", "KM"))
def kilometre_capitals(site: Site) -> str | None:
    """Read KM12+300 and "đê K3+200"."""
    return _kilometre(site) if site["metres"] or site.match[0].startswith("KM") else None


def _kilometre(site: Site) -> str:
    metres = f" cộng {_metres(site['metres'])}" if site["metres"] else ""
    return f"ki lô mét {cardinal(int(site['km']))}{metres}"


def _metres(figures: str) -> str:
    if int(figures) == 0:
        return "không"
    return digit_by_digit(figures) if figures[0] == "0" else cardinal(int(figures))


@rule("place.room", Start.CAPITALS, r"(?<![\w.&])P(?:\.\s?)?(?P<number>\d{3,4})(?!\w|[.,]\d)", keys="P")
def room(site: Site) -> str:
    """Read P.1204, a room: wards have two figures at most."""
    return f"phòng {digit_by_digit(site['number'])}"


RULES = (room, ward, ward_glued, place_named, place_named_title, road, road_title, kilometre, kilometre_title, kilometre_capitals)
