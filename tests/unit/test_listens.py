"""Counting downloads: every rule by itself, formats of logs, and a log whose lines were worked out by hand."""

import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from audiopub.article.dates import INDOCHINA
from audiopub.listens import AudioFile, Fate, Published, Shelf, app_of, networks, tag_length
from audiopub.listens.formats import Reader, Request
from audiopub.units import Milliseconds
from tests.listeners import LOGS, MINUTE, SHELF, SIZE, TAG, count, line

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"


def cases(path: Path) -> list[tuple[str, bytes]]:
    """Read lines beside what each of them is."""
    rows = [row.split("\t", 2) for row in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(fate, text.encode() + b"\n") for fate, _, text in rows]


def test_a_log_worked_out_by_hand() -> None:
    """Every line is what a person said it is, and episodes, days, listeners and apps have the counts that follow."""
    lines = cases(LOGS / "combined.tsv")
    report = count([text for _, text in lines], excluded=["198.51.100.0/24"])
    assert {fate: number for fate, number in report.fates.items() if number} == Counter(fate for fate, _ in lines)
    assert [(one.episode.id, one.downloads, one.listeners, one.last_week, one.first_week) for one in report.episodes] == [("a", 10, 9, 10, 10), ("b", 2, 2, 2, 0)]
    assert report.days == {date(2026, 11, 17): 11, date(2026, 11, 18): 1}
    assert (report.downloads, report.listeners) == (12, 10)
    assert report.episodes[0].apps == {"AntennaPod": 3, "browser": 3, "Apple Podcasts": 1, "Pocket Casts": 1, "apple_device": 1, "gPodder": 1}
    assert report.apps["AntennaPod"] == 5
    assert report.unknown == {"c-333333.mp3": 1}
    assert [(one.log, one.line) for one in report.unreadable] == [("log 0", 42), ("log 0", 43), ("log 0", 44)]


def test_each_line_has_its_own_fate() -> None:
    """A line whose fate does not hang on others has it alone, too."""
    alone = {"method", "status", "bot", "excluded", "unknown", "other", "comment", "unreadable", "probe"}
    for fate, text in cases(LOGS / "combined.tsv"):
        if fate in alone:
            report = count([text], excluded=["198.51.100.0/24"])
            assert (report.lines, report.fates[Fate(fate)]) == (1, 1), text


def test_no_address_comes_out() -> None:
    """Nothing of the report holds an address, lines that could not be read included."""
    report = count([line(client="192.0.2.77"), b"192.0.2.77 broken 2001:db8::77 ::1 1.2.3.4:80 \x1b[2J\n", line(client="2001:db8::77")])
    assert report.unreadable[0].text == "[…] broken […] […] […]:80 \N{REPLACEMENT CHARACTER}[2J"
    assert "192.0.2.77" not in repr(report) and "2001:db8" not in repr(report)


def test_a_window_lasts_a_day() -> None:
    """It begins with the first request and does not slide: the request that opens the next window is a download of its own."""
    hours = [line(when=f"{day}/Nov/2026:{hour:02d}:00:00 +0700") for day in (17, 18) for hour in (0, 20)]
    report = count(hours)
    assert (report.downloads, report.fates[Fate.FOLLOWED]) == (2, 2)
    assert report.days == {date(2026, 11, 17): 1, date(2026, 11, 18): 1}
    assert count([line(when="17/Nov/2026:00:00:00 +0700"), line(when="17/Nov/2026:23:59:59 +0700")]).downloads == 1


@pytest.mark.parametrize(
    ("sent", "asked", "downloads"),
    [
        (SIZE, "", 1),
        (TAG + MINUTE, "", 1),
        (TAG + MINUTE - 1, "", 0),
        (MINUTE, "bytes=40000-", 1),
        (MINUTE - 1, "bytes=40000-", 0),
        (MINUTE, "bytes=40000-50000", 0),
        (MINUTE, f"bytes=-{MINUTE}", 1),
        (MINUTE, "bytes 40000-519999/2440000", 1),
        (MINUTE, "bytes=0-9,40000-519999", 0),
        (MINUTE + TAG, "bytes=0-9,40000-559999", 1),
    ],
)
def test_a_minute_of_sound(sent: int, asked: str, downloads: int) -> None:
    """One minute after the tag, of what was sent rather than of what was asked for; several ranges in one request have no known place."""
    assert count([line(status=206, sent=sent, asked=asked)]).downloads == downloads


def test_ranges_join() -> None:
    """Bytes that were sent twice count once; those of two forms of the audio are not added to one another."""
    half = MINUTE // 2
    first, second = (line(status=206, sent=half, asked=f"bytes={TAG + at}-") for at in (0, half))
    assert count([first, first]).downloads == 0
    assert count([second, first]).downloads == 1
    forms = [line(path=f"/ban-tin/b-222222.{form}", status=206, sent=size, asked="bytes=0-") for form, size in (("mp3", 300_000), ("opus", 80_000))]
    assert count(forms).downloads == 0
    assert count([*forms, line(path="/ban-tin/b-222222.opus", sent=90_000)]).downloads == 1


def test_without_ranges_bytes_add_up() -> None:
    """A log that does not tell ranges: bytes of partial answers are added, less one tag."""
    piece = line(status=206, sent=130_000)
    assert count([piece] * 3).fates[Fate.SHORT] == 3
    report = count([piece] * 4)
    assert (report.downloads, report.unranged) == (1, 4)
    short = line(path="/ban-tin/b-222222.mp3", status=206, sent=180_000)
    assert (count([short]).downloads, count([short] * 2).downloads) == (0, 1)


def test_the_same_log_twice() -> None:
    """What stands in two logs was asked for once; what stands twice in one log was asked for twice."""
    piece = line(status=206, sent=130_000)
    log = [line(), *[piece] * 2, line(client="192.0.2.2", status=206, sent=130_000)]
    once, twice = count(log), count(log, log, log[:2])
    assert (twice.downloads, twice.listeners, twice.episodes, twice.days) == (once.downloads, once.listeners, once.episodes, once.days)
    assert twice.fates[Fate.REPEATED] == 6
    assert count([piece] * 2, [piece] * 2).downloads == 0  # a sum of all four would be a minute
    assert count([piece] * 2, [piece] * 4).downloads == 1


def test_the_period_is_that_of_downloads() -> None:
    """Periods that follow one another add up, though a window reaches from one into the next."""
    log = [line(when=f"{day}/Nov/2026:{hour:02d}:30:00 +0700", client=f"192.0.2.{hour}") for day in (16, 17, 18) for hour in range(0, 24, 5)]
    edge = datetime(2026, 11, 17, 12, tzinfo=INDOCHINA)
    before, after, all_ = count(log, until=edge), count(log, since=edge), count(log)
    assert before.downloads + after.downloads == all_.downloads == 15
    assert before.fates[Fate.OUTSIDE] == after.downloads
    assert count([line(agent="curl/8.5.0")], since=datetime(2026, 11, 18, tzinfo=INDOCHINA)).fates[Fate.OUTSIDE] == 1


def test_weeks() -> None:
    """The last week ends with the period, the first begins at publication; a star where the logs do not hold all of it."""
    log = [line(client=f"192.0.2.{day}", when=f"{day:02d}/Nov/2026:12:00:00 +0700") for day in range(16, 31)]
    report = count(log)
    assert (report.episodes[0].last_week, report.episodes[0].first_week, report.episodes[0].first_week_whole) == (7, 8, True)
    assert not report.episodes[1].first_week_whole
    assert count(log, until=datetime(2026, 11, 20, tzinfo=INDOCHINA)).episodes[0].last_week == 4
    assert not count(log, until=datetime(2026, 11, 20, tzinfo=INDOCHINA)).episodes[0].first_week_whole


def test_a_show_without_a_folder() -> None:
    """A show that has a whole site to itself is found by its file names alone."""
    shelf = Shelf(slug="", episodes=SHELF.episodes, files=SHELF.files)
    assert count([line(path="/a-111111.mp3"), line(path="/x/y/b-222222.mp3")], shelf=shelf).downloads == 2


def test_addresses_left_out() -> None:
    """Networks of both kinds, single addresses, notes; mapped addresses are what they map."""
    some = networks(["192.0.2.0/25", "192.0.2.64/26", "198.51.100.7 # the office", "", "# all of it", "2001:db8::/32"])
    inside = ("192.0.2.0", "192.0.2.127", "198.51.100.7", "2001:db8:ffff::1", "::ffff:192.0.2.5")
    assert [address for address in inside if address not in some] == []
    assert [address for address in ("192.0.2.128", "198.51.100.8", "2001:db9::1", "dsl.example.vn", "") if address in some] == []
    with pytest.raises(ValueError, match="office"):
        networks(["the office"])


@pytest.mark.parametrize(
    ("agent", "app"),
    [
        ("Podcasts/4023.540.3 CFNetwork/1494.0.7 Darwin/23.4.0", "Apple Podcasts"),
        ("Podcast/1660.5 CFNetwork/1335.0.3 Darwin/21.6.0", "Apple Podcasts"),
        ("Spotify/8.8.42 Android/33 (SM-A536E)", "Spotify"),
        ("de.danoeh.antennapod/1.7.3b (Linux;Android 8.0.0) ExoPlayerLib/2.9.3", "AntennaPod"),
        ("Pocket Casts", "Pocket Casts"),
        ("PocketCasts/1.0 (Pocket Casts Feed Parser; +http://pocketcasts.com/)", None),
        ("Overcast/3.0 (+http://overcast.fm/; iOS podcast app)", "Overcast"),
        ("Overcast/1.0 Podcast Sync (123 subscribers; feed-id=1; +http://overcast.fm/)", None),
        ("gPodder/3.11.1 (+http://gpodder.org/) Linux", "gPodder"),
        ("PodcastAddict/v5 - Dalvik/2.1.0 (Linux; U; Android 13)", "Podcast Addict"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", "browser"),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", "browser"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/120 Chrome/114 Safari/537.36", "browser"),
        ("AppleCoreMedia/1.0.0.20F66 (iPhone; U; CPU OS 16_5 like Mac OS X; vi_vn)", "apple_device"),
        ("Báo Nói/1.2 (Linux;Android 13) ExoPlayerLib/2.18", "other"),
        ("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", None),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/105.0.5173.0 Safari/537.36", None),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", None),
        ("okhttp/4.9.0", None),
        ("python-requests/2.31.0", None),
        ("Wget/1.21.3", None),
        ("Spotify/1.0", None),
        ("iTMS", None),
        ("Blackbox Exporter/0.24", None),
        ("", None),
    ],
)
def test_who_is_who(agent: str, app: str | None) -> None:
    """Apps have their names; servers of apps, crawlers, monitors and scripts are no listeners."""
    assert app_of(agent) == app


def test_caddy() -> None:
    """Caddy's JSON with ranges of the answer, times in both notations, and lines that are no requests or no whole ones."""
    lines = (LOGS / "caddy.log").read_bytes().splitlines()
    request = Reader(re.compile("")).read(lines[0])
    assert isinstance(request, Request) and (request.client, request.range) == ("192.0.2.1", "bytes 0-2439999/2440000")  # the client's, not the proxy's
    report = count(lines)
    assert {fate: number for fate, number in report.fates.items() if number} == {Fate.DOWNLOAD: 2, Fate.PROBE: 1, Fate.COMMENT: 1, Fate.UNREADABLE: 2}
    assert report.apps == {"AntennaPod": 1, "Spotify": 1}
    assert report.first == datetime(2026, 11, 17, 6, tzinfo=INDOCHINA)


def test_w3c() -> None:
    """CloudFront and IIS name their fields; a line with too few of them is unreadable, and new fields may follow."""
    report = count((LOGS / "w3c.log").read_bytes().splitlines())
    assert {fate: number for fate, number in report.fates.items() if number} == {
        Fate.DOWNLOAD: 3, Fate.FOLLOWED: 1, Fate.COMMENT: 3, Fate.UNREADABLE: 1,
    }  # fmt: skip
    assert report.apps == {"Apple Podcasts": 2, "browser": 1}
    reader = Reader(re.compile(""))
    agents = [request.agent for text in (LOGS / "w3c.log").read_bytes().splitlines()[:4] if isinstance(request := reader.read(text), Request)]
    assert agents == ["Podcasts/4023.540.3 CFNetwork/1494.0.7 Darwin/23.4.0"] * 2


def test_s3() -> None:
    """Logs of a bucket."""
    report = count((LOGS / "s3.log").read_bytes().splitlines())
    assert (report.downloads, report.fates[Fate.OTHER]) == (1, 1)


def test_fields_around_the_usual_ones() -> None:
    """A host before the client, a user name, fields in any order after the user agent; the answer's range goes before the question's."""
    text = (
        'podcast.bao.example:443 2001:db8::1 - nguyen van a [17/Nov/2026:06:00:00 +0700] "GET /x HTTP/1.1" 206 10 "https://a.example/\\"b\\"" "A \\"b\\" c" 0.002 '
        '"bytes=5-" "bytes 7-16/20" gz\n'
    )
    request = Reader(re.compile("")).read(text.encode())
    assert isinstance(request, Request)
    assert (request.client, request.agent, request.range, request.when) == ("2001:db8::1", 'A \\"b\\" c', "bytes 7-16/20", 1_794_870_000)
    plain = Reader(re.compile("")).read(line(client="2001:db8::1", asked="bytes=5-"))
    assert isinstance(plain, Request) and (plain.client, plain.range) == ("2001:db8::1", "bytes=5-")


@pytest.mark.parametrize(
    "broken",
    [
        b'192.0.2.1 - - [17/Nov/2026:06:00:00 +0700] "GET / HTTP/1.1" 200 5',  # no user agents: listeners cannot be told apart
        b'192.0.2.1 - - [99/Nov/2026:06:00:00 +0700] "GET / HTTP/1.1" 200 5 "-" "-"',
        b'192.0.2.1 - - [17/Nov/0001:06:00:00 +0700] "GET / HTTP/1.1" 200 5 "-" "-"',
        b'192.0.2.1 - - [17/Nov/2026:06:00:00 +0700] "GET / HTTP/1.1" 200 5 "-" "-',
        b'{"request": {"remote_ip": "192.0.2.1", "method": "GET", "uri": "/"}, "ts": NaN, "status": 200, "size": 1}',
        b'{"request": {"remote_ip": "192.0.2.1", "method": "GET", "uri": "/"}, "ts": 1e99, "status": 200, "size": 1}',
        b'{"request": {"remote_ip": "192.0.2.1", "method": "GET", "uri": "/"}, "ts": 1, "status": null, "size": 1}',
        b'{"request": {"remote_ip": "192.0.2.1", "method": "GET", "uri": "/", "headers": {"User-Agent": {"a": 1}}}, "ts": 1, "status": 200, "size": 1}',
        b'{"a": ' + b"[" * 60_000,
        b"{}]",
        b"\x1f\x8b\x08\x00\xff\xfe\x00",
        b"\xff" * 65_536,
        b"[" * 65_536,
        b'192.0.2.1 - - [17/Nov/2026:06:00:00 +0700] "' * 1400,
    ],
)
def test_lines_that_are_none(broken: bytes) -> None:
    """What is in no format is counted, and the next line is read."""
    report = count([broken, line()])
    assert (report.fates[Fate.UNREADABLE], report.downloads) == (1, 1)


def test_strange_but_whole() -> None:
    """Ranges and names that nobody means leave the count alone."""
    strange = [line(status=206, asked=asked, sent=1000) for asked in ("bytes=-", "bytes=9999999999-", f"bytes={'9' * 500}-", "bytes=5-1", "bytes=٣-")]
    surrogate = (
        b'{"request": {"remote_ip": "::", "method": "GET", "uri": "/ban-tin/%ff\\ud800.mp3", "headers": {"User-Agent": ["\\ud800"]}}, "ts": 1, "status": 200, "size": -7}'
    )
    report = count([*strange, surrogate, surrogate.replace(b"%ff\\ud800", b"a-111111")])
    assert report.downloads == 0
    assert list(report.unknown) == ["\N{REPLACEMENT CHARACTER}" * 2 + ".mp3"]


def test_unknown_names_do_not_pile_up() -> None:
    """A scanner that invents names fills no memory."""
    report = count(line(path=f"/ban-tin/{number}.mp3") for number in range(3000))
    assert len(report.unknown) == 1001
    assert report.unknown["…"] == 2000


def test_nothing() -> None:
    """No lines, no counts."""
    report = count([])
    assert (report.lines, report.downloads, report.first, report.days) == (0, 0, None, {})
    assert [one.first_week_whole for one in report.episodes] == [False, False]


def test_listeners_of_the_whole_show() -> None:
    """Somebody who hears two episodes is one listener of the show; an address with two apps is two."""
    report = count([line(), line(path="/ban-tin/b-222222.mp3"), line(agent=BROWSER)])
    assert (report.downloads, report.listeners, [one.listeners for one in report.episodes]) == (3, 2, [2, 1])


def test_the_salt_changes_no_count() -> None:
    """Listeners have other numbers in every run."""
    log = [text for _, text in cases(LOGS / "combined.tsv")]
    assert count(log, salt=b"1") == count(log, salt=b"2")


def test_tags() -> None:
    """The tag of a real file ends where its first frame begins; what is no tag has no length."""
    assert tag_length(b"") == tag_length(b"\xff\xfb\x90\x00" * 3) == 0
    assert tag_length(b"ID3\x04\x00\x10\x00\x00\x01\x00") == 148  # with a footer


def test_short_and_empty_files() -> None:
    """A file that is all tag asks for nothing more than a request; a minute is never more than there is."""
    assert AudioFile(names=("a",), episode="a", bytes=10, duration=Milliseconds(60_000), start=30).least == 0
    assert AudioFile(names=("a",), episode="a", bytes=100, duration=Milliseconds(60_001)).least == 100


def test_published_later_than_heard() -> None:
    """Audio heard before its publication belongs to the first week all the same."""
    shelf = Shelf(slug="ban-tin", episodes=(Published(id="a", title="A", moment=datetime(2026, 12, 1, tzinfo=INDOCHINA)),), files=SHELF.files[:1])
    assert count([line()], shelf=shelf).episodes[0].first_week == 1
