"""What must hold of every log: order, splitting, and company do not change the counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from audiopub.listens import Fate, Report
from audiopub.listens.ranges import covered
from tests.listeners import SIZE, count, line

START = datetime(2026, 11, 17, tzinfo=UTC)
BOTS = ("curl/8.5.0", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "-", "UptimeRobot/2.0")


def stamp(minutes: int) -> str:
    return f"{START + timedelta(minutes=minutes):%d/%b/%Y:%H:%M:%S +0000}"


@st.composite
def requests(draw: st.DrawFn, agents: Sequence[str] = ("AntennaPod/3.4.0", "Spotify/8.8.42 Android/33", "curl/8.5.0")) -> bytes:
    """One line, of few listeners and episodes, so that they meet."""
    first = draw(st.integers(0, SIZE))
    return line(
        client=f"192.0.2.{draw(st.integers(1, 3))}", when=stamp(draw(st.integers(0, 4000))), agent=draw(st.sampled_from(agents)),
        path=f"/ban-tin/{draw(st.sampled_from(('a-111111.mp3', 'a-000000.mp3', 'b-222222.mp3', 'b-222222.opus', 'c.mp3', 'feed.xml')))}",
        status=draw(st.sampled_from((200, 206, 206, 304))), sent=draw(st.integers(0, SIZE)), method=draw(st.sampled_from(("GET", "GET", "GET", "HEAD"))),
        asked=draw(st.sampled_from(("", f"bytes={first}-", f"bytes={first // 2}-{first}", "bytes=0-1"))),
    )  # fmt: skip


LOG = st.lists(st.one_of(requests(), st.sampled_from((b"", b"broken", b"# note"))), max_size=40)


def counts(report: Report) -> Report:
    """Give what does not hang on where a line stands."""
    return replace(report, unreadable=())


@given(LOG, st.randoms(use_true_random=False))
def test_order_does_not_count(log: list[bytes], random: object) -> None:
    """Lines in any order give the same counts."""
    shuffled = list(log)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert counts(count(shuffled)) == counts(count(log))


@given(LOG, st.integers(0, 40), st.integers(0, 40))
def test_rotation_does_not_count(log: list[bytes], one: int, other: int) -> None:
    """A log cut into three files, given in another order, gives the counts of the whole."""
    distinct = list(dict.fromkeys(log))  # the same line in two files is taken for one
    low, high = sorted((one, other))
    assert counts(count(distinct[high:], distinct[:low], distinct[low:high])) == counts(count(distinct))


@given(LOG, st.integers(0, 40), st.integers(0, 40))
def test_overlap_does_not_count(log: list[bytes], one: int, other: int) -> None:
    """Two files that share lines give the downloads of one that has all."""
    low, high = sorted((one, other))
    both, whole = count(log[:high], log[low:]), count(log)
    assert (both.episodes, both.days, both.listeners, both.apps) == (whole.episodes, whole.days, whole.listeners, whole.apps)


@given(st.integers(1, SIZE), st.sets(st.integers(1, SIZE - 1), max_size=8), st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(3, 300_000)), max_size=4))
def test_a_download_in_pieces(sent: int, cuts: set[int], again: set[tuple[int, int]]) -> None:
    """Ranges that cover what one answer brought give its count, however they are cut and whatever is fetched again of it."""
    edges = [0, *sorted(cut for cut in cuts if 3 <= cut <= sent - 3), sent]
    edges = [edge for place, edge in enumerate(edges) if place == 0 or edge - edges[place - 1] > 2 or edge == sent]
    pieces = [line(status=206, asked=f"bytes={low}-{high - 1}", sent=high - low) for low, high in pairwise(edges)]
    more = [line(status=206, asked=f"bytes={low}-", sent=min(length, sent - low)) for low, length in again if sent - low > 2]
    assert count([*pieces, *more]).downloads == count([line(sent=sent)]).downloads


@given(LOG, st.lists(requests(agents=BOTS), max_size=10), st.randoms(use_true_random=False))
def test_bots_do_not_count(log: list[bytes], bots: list[bytes], random: object) -> None:
    """Lines of bots change the counts of lines only, and if they are whole downloads only that of bots."""
    mixed = [*log, *bots]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    without, among = count(log), count(mixed)
    assert (among.days, among.listeners, among.downloads, among.apps) == (without.days, without.listeners, without.downloads, without.apps)
    whole = [line(agent=agent) for agent in BOTS]
    fates = count([*log, *whole]).fates
    assert fates == {**without.fates, Fate.BOT: without.fates[Fate.BOT] + len(whole)}


@given(LOG, st.integers(0, 4000))
def test_periods_add_up(log: list[bytes], minute: int) -> None:
    """Two periods that follow one another have together the downloads of both."""
    edge = START + timedelta(minutes=minute)
    assert count(log, until=edge).downloads + count(log, since=edge).downloads == count(log).downloads


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12), st.integers(0, 60))
def test_covered_counts_each_byte_once(pairs: list[tuple[int, int]], start: int) -> None:
    """The union of ranges, counted byte by byte."""
    spans = [(first, first + length) for first, length in pairs]
    assert covered(spans, start) == len({byte for first, stop in spans for byte in range(first, stop)} - set(range(start)))


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_no_bytes_break_it(lines: list[bytes]) -> None:
    """Whatever is given is counted."""
    assert count(lines).lines == len(lines)


@given(st.lists(st.text(alphabet=' "[]{}\\-:/=0159bytesGET#Fields\t', max_size=120).map(str.encode), max_size=20), st.integers(0, 80))
def test_no_near_miss_breaks_it(lines: list[bytes], cut: int) -> None:
    """Pieces of formats, and lines that are cut off."""
    assert count([*lines, line(asked="bytes=0-99")[:cut]]).lines == len(lines) + 1
