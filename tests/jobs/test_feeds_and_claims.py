"""The contracts of what feeds are behind, and of articles in the making."""

import pytest
from sqlalchemy import select, update

from audiopub.adapters.sql import Database
from audiopub.adapters.sql.claims import SqlClaims
from audiopub.adapters.sql.feeds import SqlFeeds
from audiopub.adapters.sql.schema import claims as claim_rows
from audiopub.adapters.sql.schema import feeds as feed_rows
from audiopub.adapters.sql.schema import now_ms
from tests.jobs.others import wanted
from tests.jobs.side_by_side import in_processes


@pytest.fixture
def feeds(database: Database) -> SqlFeeds:
    return SqlFeeds(database)


@pytest.fixture
def claims(database: Database) -> SqlClaims:
    return SqlClaims(database)


def since(database: Database, show: str) -> tuple[int, int]:
    row = database.read(lambda connection: connection.execute(select(feed_rows.c.since, feed_rows.c.at).where(feed_rows.c.show == show)).one())
    return row.since, row.at


# Feeds


def plain(claims: SqlClaims, show: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((claim.episode, claim.prints) for claim in claims.all(show))


def test_a_feed_is_behind_until_it_tells_the_newest_change(feeds: SqlFeeds) -> None:
    """What came while it was written is not in it: the number from before counts."""
    assert feeds.wanted("a") == 0 and feeds.behind() == {}
    assert [feeds.want("a"), feeds.want("a"), feeds.want("b")] == [1, 2, 1]
    number = feeds.wanted("a")
    feeds.want("a")
    feeds.written("a", number, 0.5)
    assert set(feeds.behind()) == {"a", "b"}
    feeds.written("a", feeds.wanted("a"), 0.25)
    assert set(feeds.behind()) == {"b"}


def test_a_slow_writer_does_not_put_a_feed_back(feeds: SqlFeeds) -> None:
    """Whoever wrote an older state and says so later changes nothing."""
    for _ in range(3):
        feeds.want("a")
    feeds.written("a", 3, 0.5)
    feeds.written("a", 1, 9.0)
    assert feeds.behind() == {}
    feeds.want("a")
    assert feeds.behind()["a"][1] == 0.5


def test_how_long_ago_a_feed_was_written_is_known(feeds: SqlFeeds, database: Database) -> None:
    """On the database's clock, with the seconds that took; one that was never written is as old as can be."""
    feeds.want("never")
    feeds.want("a")
    feeds.written("a", 1, 2.5)
    database.write(lambda connection: connection.execute(update(feed_rows).where(feed_rows.c.show == "a").values(at=now_ms() - 60_000)))
    feeds.want("a")
    age, took = feeds.behind()["a"]
    assert 60 <= age < 90 and took == 2.5
    assert feeds.behind()["never"][0] > 1e6


def test_when_a_feed_fell_behind_is_the_first_change_that_it_does_not_tell(feeds: SqlFeeds, database: Database) -> None:
    """Further changes do not make it younger; once written it counts anew."""
    feeds.want("a")
    database.write(lambda connection: connection.execute(update(feed_rows).values(since=5)))
    feeds.want("a")
    assert since(database, "a")[0] == 5
    feeds.written("a", 2, 0.1)
    database.write(lambda connection: connection.execute(update(feed_rows).values(since=5)))
    feeds.want("a")
    assert since(database, "a")[0] > 5


def test_changes_of_several_machines_have_numbers_of_their_own(feeds: SqlFeeds, own_url: str) -> None:
    """None is lost, so none is left untold."""
    found = in_processes(wanted, [(own_url, 20)] * 3)
    assert sorted(number for numbers in found for number in numbers) == list(range(1, 61)) and feeds.wanted("ban-tin") == 60


# Claims


def test_an_article_in_the_making_is_known_by_its_prints(claims: SqlClaims) -> None:
    """To its own show, in the order of the claims, until its job has ended."""
    claims.claim("a", "e2", ("x", "ý"), "job 2")
    claims.claim("a", "e1", ("z",), "job 1")
    claims.claim("b", "e3", (), "job 2")
    assert dict(plain(claims, "a")) == {"e2": ("x", "ý"), "e1": ("z",)} and plain(claims, "b") == (("e3", ()),) and plain(claims, "c") == ()
    claims.leave("job 2")
    assert plain(claims, "a") == (("e1", ("z",)),) and plain(claims, "b") == ()


def test_the_first_claim_stays_the_first(claims: SqlClaims, database: Database) -> None:
    """A claim that is renewed, with the prints of a newer page, keeps its place; its latest job lets it go."""
    claims.claim("a", "old", ("x",), "job 1")
    database.write(lambda connection: connection.execute(update(claim_rows).values(at=5)))
    claims.claim("a", "new", ("y",), "job 2")
    claims.claim("a", "old", ("z",), "job 3")
    assert plain(claims, "a") == (("old", ("z",)), ("new", ("y",)))
    claims.leave("job 1")
    assert len(plain(claims, "a")) == 2
    claims.leave("job 3")
    assert plain(claims, "a") == (("new", ("y",)),)


def test_claims_of_jobs_that_were_lost_are_let_go(claims: SqlClaims, database: Database) -> None:
    """After a term."""
    claims.claim("a", "lost", (), "job 1")
    database.write(lambda connection: connection.execute(update(claim_rows).values(at=now_ms() - 100_000)))
    claims.claim("a", "fresh", (), "job 2")
    claims.forget(200)
    assert len(plain(claims, "a")) == 2
    claims.forget(50)
    assert plain(claims, "a") == (("fresh", ()),)
