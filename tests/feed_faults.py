"""Faults planted in a good feed, each under the one rule that must find it."""

import io
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

Files = dict[str, bytes]
FEED = "feed.xml"
Plant = Callable[[Files], Files]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault."""

    rule: str
    name: str
    plant: Plant

    def __str__(self) -> str:
        return f"{self.rule}-{self.name}"


def replaced(pattern: str, replacement: str, count: int = 1) -> Plant:
    """Change the feed's text."""

    def plant(files: Files) -> Files:
        text = files[FEED].decode()
        changed = re.sub(pattern, replacement, text, count=count, flags=re.DOTALL)
        assert changed != text, pattern
        return {**files, FEED: changed.encode()}

    return plant


def raw(change: Callable[[bytes], bytes]) -> Plant:
    """Change the feed's bytes."""
    return lambda files: {**files, FEED: change(files[FEED])}


def spoilt(ending: str, body: bytes | None) -> Plant:
    """Change the first file with an ending; None takes it away."""

    def plant(files: Files) -> Files:
        key = next(key for key in sorted(files) if key.endswith(ending))
        others = {name: content for name, content in files.items() if name != key}
        return others if body is None else {**others, key: body}

    return plant


def both(*plants: Plant) -> Plant:
    """Plant one after the other."""

    def plant(files: Files) -> Files:
        for one in plants:
            files = one(files)
        return files

    return plant


def _picture(size: tuple[int, int], mode: str = "RGB", form: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, form)
    return buffer.getvalue()


def _many(body: bytes) -> bytes:
    first = re.search(rb"<item>.*?</item>", body, re.DOTALL)
    assert first
    more = b"".join(first[0].replace(b"06-diem-tin-sang", b"old-%d" % n).replace(b"m tin s", b"m tin %d s" % n) for n in range(200))
    return body.replace(first[0], first[0] + re.sub(rb"<pubDate>[^<]*", b"<pubDate>Wed, 06 Jun 2018 05:00:00 +0700", more))


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def item_with(element: str) -> Plant:
    """Put an element into the first item."""
    return replaced("<item>", f"<item>{element}")


def channel_with(element: str) -> Plant:
    """Put an element into the channel."""
    return replaced("<channel>", f"<channel>{element}")


_DATE = r"<pubDate>Wed, 06 Jun 2018 05:00:00 \+0700"
_AUDIO = r'(<enclosure url="[^"]*/)[^"/]*(\.mp3")'
_CUES = "WEBVTT\n\n00:05.000 --> 00:02.000\nMột câu.\n"
_JSON = json.dumps({"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Một"}, {"startTime": 5, "title": "Hai"}]}).encode()


def _date(text: str) -> Plant:
    return replaced(_DATE, f"<pubDate>{text}")


FAULTS = (
    Fault("document.html", "login", raw(lambda _: b"<!DOCTYPE html><html><body>Dang nhap</body></html>")),
    Fault("document.rss", "atom", raw(lambda _: b'<feed xmlns="http://www.w3.org/2005/Atom"/>')),
    Fault("document.rss", "version", replaced('version="2.0"', 'version="0.91"')),
    Fault("document.rss", "no-channel", raw(lambda _: b'<rss version="2.0"/>')),
    Fault("document.bom", "bom", raw(lambda body: b"\xef\xbb\xbf" + body)),
    Fault("document.start", "blank-line", raw(lambda body: b"\n" + body)),
    Fault("document.doctype", "doctype", replaced(r"\n<rss", "\n<!DOCTYPE rss>\n<rss")),
    Fault("document.utf8", "byte", raw(lambda body: body.replace("sáng".encode(), b"s\xe1ng", 1))),
    Fault("document.encoding", "declared", raw(lambda body: body.decode().replace("UTF-8", "ISO-8859-1", 1).encode("ascii", "xmlcharrefreplace"))),
    Fault("document.characters", "control", replaced("Bản tin Nhân", "Bản\x0b tin Nhân")),
    Fault("document.characters", "reference", replaced("Bản tin Nhân", "Bản&#11; tin Nhân")),
    Fault("document.wellformed", "ampersand", replaced("&amp;", "&")),
    Fault("document.characters", "entity", replaced("Bản tin Nhân", "Bản&nbsp;tin Nhân")),
    Fault("document.wellformed", "cdata", replaced("</channel>", "<webMaster><![CDATA[a</webMaster></channel>")),
    Fault("document.size", "large", raw(lambda body: body + b"<!--" + b"x" * 5_000_000 + b"-->")),
    Fault("document.itunes_namespace", "https", replaced("http://www.itunes.com/dtds", "https://www.itunes.com/dtds")),
    Fault("document.podcast_namespace", "http", replaced("https://podcastindex.org/namespace", "http://podcastindex.org/namespace")),
    Fault("document.many", "items", raw(_many)),
    Fault("document.repeated", "guid", replaced(r"(<guid[^>]*>[^<]*</guid>)", r"\1\1")),
    Fault("document.repeated", "language", replaced("<language>vi</language>", "<language>vi</language><language>vi</language>")),
    Fault("document.atom_link", "next", channel_with('<atom:link rel="next" href="page2.xml"/>')),
    Fault("text.composed", "title", replaced("Điểm tin sáng", _nfd("Điểm tin sáng"))),
    Fault("text.control", "private", replaced("Điểm tin sáng", "Điểm tin\ue000 sáng")),
    Fault("text.mojibake", "title", replaced("Điểm tin sáng", "Điểm tin sáng".encode().decode("cp1252", "ignore"))),
    Fault("channel.title", "padded", replaced("<title>Bản", "<title> \nBản")),
    Fault("channel.title_markup", "bold", replaced("<title>Bản", "<title>&lt;b&gt;Bản")),
    Fault("channel.link", "relative", replaced(r"<link>[^<]*", "<link>/trang")),
    Fault("channel.link_self", "feed", replaced(r"<link>[^<]*", "<link>http://127.0.0.1:8791/feed.xml")),
    Fault("channel.self", "none", replaced(r'<atom:link[^>]*rel="self"[^>]*/>', "")),
    Fault("channel.description", "none", replaced(r"<description>Tin trong ngày.", "<description>")),
    Fault("channel.description_long", "long", replaced(r"<description>Tin", "<description>" + "ộ" * 1400)),
    Fault("channel.language", "word", replaced("<language>vi", "<language>Tiếng Việt")),
    Fault("channel.author", "none", replaced(r"<itunes:author>[^<]*</itunes:author>", "")),
    Fault("channel.category", "none", replaced(r'<itunes:category text="News">.*?</itunes:category>', "")),
    Fault("channel.category_unknown", "made-up", replaced('text="News"', 'text="Tin tức"')),
    Fault("channel.category_unknown", "case", replaced('text="Daily News"', 'text="Daily news"')),
    Fault("channel.explicit", "no", replaced("<itunes:explicit>false", "<itunes:explicit>no")),
    Fault("channel.image", "none", replaced(r"<itunes:image[^>]*/>", "")),
    Fault("channel.image_address", "letters", replaced(r'(<itunes:image href="[^"]*/)cover', r"\1bìa")),
    Fault("channel.image_ending", "webp", replaced(r'(<itunes:image href="[^"]*)\.jpg', r"\1.webp")),
    Fault("channel.owner", "none", replaced(r"<itunes:owner>.*?</itunes:owner>", "")),
    Fault("channel.type", "other", replaced("<itunes:type>episodic", "<itunes:type>daily")),
    Fault("channel.complete", "yes", channel_with("<itunes:complete>Yes</itunes:complete>")),
    Fault("channel.guid", "none", replaced(r"<podcast:guid>[^<]*</podcast:guid>", "")),
    Fault("channel.guid_form", "version-4", replaced(r"<podcast:guid>[^<]*", "<podcast:guid>0a1b2c3d-0000-4000-8000-000000000000")),
    Fault("channel.locked", "true", replaced(r"(<podcast:locked[^>]*>)yes", r"\1true")),
    Fault("channel.medium", "radio", replaced("<podcast:medium>podcast", "<podcast:medium>radio")),
    Fault("channel.update_frequency", "long", channel_with(f"<podcast:updateFrequency>{'x' * 129}</podcast:updateFrequency>")),
    Fault("channel.ai_content", "none", replaced(r"<podcast:txt[^>]*>true</podcast:txt>", "")),
    Fault("channel.dates", "iso", replaced(r"<lastBuildDate>[^<]*", "<lastBuildDate>2018-06-06")),
    Fault("channel.empty", "none", replaced(r"<item>.*</item>", "")),
    Fault("channel.new_feed_url", "elsewhere", channel_with("<itunes:new-feed-url>https://moi.example/feed.xml</itunes:new-feed-url>")),
    Fault("item.title", "padded", replaced("<title>Điểm", "<title> \nĐiểm")),
    Fault("item.title", "long", replaced("<title>Điểm", "<title>" + "Đ" * 260)),
    Fault("item.title_markup", "word", replaced("<title>Điểm tin sáng", "<title>Điểm tin &lt;mức cao&gt; sáng")),
    Fault("item.title_escaped", "twice", replaced("<title>Điểm tin sáng", "<title>Điểm tin &amp;amp; sáng")),
    Fault("item.title_number", "episode", replaced("<title>Điểm tin sáng", "<title>Tập 12: Điểm tin sáng")),
    Fault("item.link", "relative", replaced(r"(<item>.*?<link>)[^<]*", r"\1/bai")),
    Fault("item.image", "relative", item_with('<itunes:image href="anh.jpg"/>')),
    Fault("item.explicit", "clean", replaced(r"(<item>.*?<itunes:explicit>)false", r"\1clean")),
    Fault("item.episode_type", "other", replaced("<itunes:episodeType>full", "<itunes:episodeType>normal")),
    Fault("item.number", "zero", item_with("<itunes:season>0</itunes:season>")),
    Fault("item.serial", "no-number", replaced("<itunes:type>episodic", "<itunes:type>serial")),
    Fault("item.duration_missing", "none", replaced(r"<itunes:duration>[^<]*</itunes:duration>", "")),
    Fault("item.duration", "fraction", replaced(r"<itunes:duration>\d+", "<itunes:duration>120.4")),
    Fault("item.summary", "summary", item_with("<itunes:summary>Tóm tắt.</itunes:summary>")),
    Fault("item.date", "none", replaced(_DATE + "</pubDate>", "")),
    Fault("item.date_zone", "none", _date("Wed, 06 Jun 2018 05:00:00")),
    Fault("item.date_zone_name", "ict", _date("Wed, 06 Jun 2018 05:00:00 ICT")),
    Fault("item.date_zone_colon", "iso-zone", _date("Wed, 06 Jun 2018 05:00:00 +07:00")),
    Fault("item.date_zone_unknown", "minus", _date("Wed, 06 Jun 2018 05:00:00 -0000")),
    Fault("item.date_words", "vietnamese", _date("T4, 06 Th6 2018 05:00:00 +0700")),
    Fault("item.date_day", "vietnamese", _date("T4, 06 Jun 2018 05:00:00 +0700")),
    Fault("item.date_iso", "iso", _date("2018-06-06T05:00:00+07:00")),
    Fault("item.date_weekday", "thursday", _date("Thu, 06 Jun 2018 05:00:00 +0700")),
    Fault("item.date_form", "words", _date("hôm qua")),
    Fault("item.date_form", "hour", _date("Wed, 06 Jun 2018 35:00:00 +0700")),
    Fault("item.future", "embargo", _date("Thu, 06 Jun 2058 05:00:00 +0700")),
    Fault("item.order", "oldest-first", raw(lambda body: re.sub(rb"(<item>.*?</item>)(.*)(</channel>)", rb"\2\1\3", body, flags=re.DOTALL))),
    Fault("enclosure.missing", "none", replaced(r"<enclosure[^>]*/>", "")),
    Fault("enclosure.several", "two", replaced(r"(<enclosure[^>]*/>)", r'\1<enclosure url="http://127.0.0.1:8791/khac.mp3" length="20000" type="audio/mpeg"/>')),
    Fault("enclosure.relative", "relative", replaced(r'enclosure url="http://[^/]*/', 'enclosure url="')),
    Fault("enclosure.ascii", "letters", replaced(_AUDIO, r"\1điểm-tin\2")),
    Fault("enclosure.ascii", "space", replaced(_AUDIO, r"\1diem tin\2")),
    Fault("enclosure.encoded", "composed", replaced(_AUDIO, r"\1%C4%91i%E1%BB%83m-tin\2")),
    Fault("enclosure.decomposed", "nfd", replaced(_AUDIO, r"\1die%CC%82%CC%89m-tin\2")),
    Fault("enclosure.type", "none", replaced(' type="audio/mpeg"', "")),
    Fault("enclosure.type_unlisted", "mp3", replaced('type="audio/mpeg"', 'type="audio/mp3"')),
    Fault("enclosure.ending", "none", replaced(_AUDIO, r'\1nghe"')),
    Fault("enclosure.length", "word", replaced(r'length="\d+"', 'length="None"')),
    Fault("enclosure.length", "zero", replaced(r'length="\d+"', 'length="0"')),
    Fault("enclosure.small", "small", replaced(r'length="\d+"', 'length="9000"')),
    Fault("identity.guid", "none", replaced(r"<guid[^>]*>[^<]*</guid>", "")),
    Fault("identity.guid_padded", "padded", replaced(r"(<guid[^>]*>)", r"\1 ")),
    Fault("identity.guid_permalink", "true", replaced('isPermaLink="false"', 'isPermaLink="true"')),
    Fault("identity.guid_twice", "twice", replaced("audiopub:2018-06-05[^<]*", "audiopub:2018-06-06-diem-tin-sang")),
    Fault("identity.enclosure_twice", "twice", replaced(r"2018-06-05-gdp-tang-6-93\.mp3", "2018-06-06-diem-tin-sang.mp3")),
    Fault("identity.same_day", "bulletins", both(replaced("Tue, 05 Jun 2018 07:00:00", "Wed, 06 Jun 2018 04:00:00"), replaced("Điểm tin: GDP tăng 6,93%", "Điểm tin sáng"))),
    Fault("notes.missing", "none", replaced(r"(<item>.*?<description>)[^<]*", r"\1")),
    Fault("notes.long", "long", replaced(r"<description>Tóm tắt", "<description>" + "ộ" * 1400)),
    Fault("notes.tags", "script", replaced(r"<!\[CDATA\[<p>", "<![CDATA[<script>x()</script><p>")),
    Fault("notes.bare", "less", replaced("<description>Tóm tắt", "<description>5 &lt; 6, Tóm tắt")),
    Fault("notes.relative", "link", replaced(r"<!\[CDATA\[<p>", '<![CDATA[<p><a href="/bai">x</a>')),
    Fault("notes.transcript", "none", replaced(r"<podcast:transcript[^>]*/>\s*", "", 3)),
    Fault("notes.transcript_form", "type", replaced('type="text/vtt"', 'type="vtt"')),
    Fault("notes.chapters_form", "type", replaced(r"application/json\+chapters", "application/json")),
    Fault("notes.chapters_twice", "two", replaced(r"(<podcast:chapters[^>]*/>)", r"\1\1")),
    Fault("notes.podlove", "order", replaced('start="00:00:00.000"', 'start="00:00:07.000"')),
    Fault("notes.podlove", "beyond", replaced('start="00:00:10.000"', 'start="00:09:00.000"')),
    Fault("notes.podlove_few", "two", replaced(r"<psc:chapter [^>]*/>", "")),
    Fault("notes.podlove_long", "title", replaced('title="Phần 0"', f'title="{"x" * 40}"')),
    Fault("notes.person", "empty", item_with("<podcast:person/>")),
    Fault("notes.location", "geo", channel_with('<podcast:location geo="21,105">Hà Nội</podcast:location>')),
    Fault("notes.licence", "words", channel_with("<podcast:license>Giữ bản quyền</podcast:license>")),
    Fault("notes.images", "old", channel_with('<podcast:images srcset="a 100w"/>')),
    Fault("file.audio", "gone", spoilt(".mp3", None)),
    Fault("file.length", "wrong", replaced(r'length="\d(\d*)"', r'length="9\1"')),
    Fault("file.unreadable", "text", both(spoilt(".mp3", b"no audio " * 2000), replaced(r'(<item>(?:(?!</item>).)*2018-06-04(?:(?!</item>).)*length=")\d+', r"\g<1>18000"))),
    Fault("file.duration", "wrong", replaced(r"<itunes:duration>15", "<itunes:duration>301")),
    Fault("file.transcript", "gone", spoilt(".vtt", None)),
    Fault("file.webvtt", "text", spoilt(".vtt", b"Mot cau.")),
    Fault("file.webvtt_times", "backwards", spoilt(".vtt", _CUES.encode())),
    Fault("file.webvtt_lines", "long", spoilt(".vtt", _CUES.replace("05", "01").replace("câu", "c" * 80).encode())),
    Fault("file.chapters", "gone", spoilt(".chapters.json", None)),
    Fault("file.chapters_form", "empty", spoilt(".chapters.json", b"{}")),
    Fault("file.chapters_form", "order", spoilt(".chapters.json", _JSON.replace(b"[{", b'[{"startTime": 9, "title": "Ba"}, {'))),
    Fault("file.chapters_agree", "two", spoilt(".chapters.json", _JSON)),
    Fault("file.cover", "gone", spoilt("cover.jpg", None)),
    Fault("file.picture", "text", spoilt("cover.jpg", b"no picture")),
    Fault("file.cover_size", "small", spoilt("cover.jpg", _picture((1000, 1000)))),
    Fault("file.cover_size", "oblong", spoilt("cover.jpg", _picture((1600, 1400)))),
    Fault("file.cover_colours", "cmyk", spoilt("cover.jpg", _picture((1400, 1400), "CMYK"))),
    Fault("file.cover_format", "png", spoilt("cover.jpg", _picture((1400, 1400), form="PNG"))),
    Fault("file.cover_heavy", "bytes", lambda files: {**files, "cover.jpg": files["cover.jpg"] + bytes(600_000)}),
)  # fmt: skip
"""At least one for every rule that a feed and its files can break."""

CHANGES = (
    Fault("previous.show", "moved", replaced(r"<podcast:guid>[^<]*", "<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c")),
    Fault("previous.guid", "again", replaced("audiopub:2018-06-06", "audiopub:v2-2018-06-06")),
    Fault("previous.date", "hour", replaced("Wed, 06 Jun 2018 05:00:00 .0700</pubDate>", "Wed, 06 Jun 2018 06:00:00 +0700</pubDate>")),
    Fault("previous.enclosure", "name", replaced(_AUDIO, r"\1khac\2")),
    Fault("previous.bytes", "length", replaced(r'length="\d+"', 'length="99999"')),
    Fault("previous.gone", "middle", replaced(r"(</item>\s*)<item>.*?</item>", r"\1")),
)  # fmt: skip
"""What may go wrong from one feed to the next."""
