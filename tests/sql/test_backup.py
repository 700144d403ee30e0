"""A backup is whole, of one moment, and brings everything back, on either database."""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from audiopub.adapters.backup import Place, check_backup, load_backup, make_backup
from audiopub.adapters.backup_file import Header, read_backup, write_backup
from audiopub.adapters.files import LocalStore
from audiopub.adapters.memory import MemoryStore
from audiopub.adapters.sql import Database, upgrade
from audiopub.adapters.sql.address import revision_of
from audiopub.adapters.sql.dump import _OF_MACHINES, KEPT
from audiopub.adapters.sql.manifested import ManifestedCatalog
from audiopub.adapters.sql.schema import (
    HEAD,
    answers,
    audit,
    batches,
    claims,
    counters,
    deliveries,
    draft_versions,
    drafts,
    episodes,
    feeds,
    jobs,
    keys,
    leases,
    metadata,
    now_ms,
    numbers,
    people,
    proofs,
    rates,
    sessions,
    tries,
    webhooks,
    workers,
)  # fmt: skip
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import AudiopubError, BadInput, ConfigInvalid, TryAgain
from audiopub.publish.manifests import manifest_of, manifests, put_manifest
from tests.conftest import NOW, ROOT
from tests.sql.rows import RowCatalog, add_jobs, episode, job, table

Urls = Callable[[str, str], str]
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


DESK = ("drafts", "draft_versions", "proofs", "people", "keys", "audit", "webhooks", "batches")
"""Tables of the editors' desk that are worth keeping."""


def add(database: Database, which: Any, **row: Any) -> None:
    database.write(lambda connection: connection.execute(which.insert().values(**row)))


def place_at(folder: Path, url: str) -> Place:
    return Place(database=Database(url), archive=LocalStore(folder / "archive"), folders={"feeds": folder / "feeds"})


def furnish_desk(database: Database) -> None:
    """Give a row to each table of the editors' desk."""
    add(database, drafts, show="ban-tin", id="z", version=2, title="Nháp", record="{}", changed=5)
    add(database, draft_versions, show="ban-tin", id="z", version=1, record="{}", act="retitle", at=4)
    add(database, proofs, show="ban-tin", id="z", fingerprint="f", record="{}", at=6)
    add(database, people, name="lan", password="$argon2id$", role="editor", created=1, changed=1)
    add(database, keys, id="k1", hash="h", name="cms", scopes="read", created=1)
    add(database, audit, number=7, at=1, by="lan", via="desk", act="publish")
    add(database, webhooks, id="w1", url="https://cms.example/", secret="s", events="[]", created=1)
    add(database, batches, id="b1", show="ban-tin", record="{}", at=1)
    add(database, sessions, id="s1", person="lan", created=1, seen=1, expires=2)
    add(database, tries, name="login lan", next=1)
    add(database, answers, owner="k1", key="i", request="r", at=1)
    add(database, deliveries, id="d1", webhook="w1", event="ping", body="{}", state="waiting", created=1, changed=1)


def furnish(place: Place) -> None:
    """Give a place a bit of everything."""
    database = place.database
    catalog = ManifestedCatalog(RowCatalog(database), database, place.archive)
    for number in range(1, 8):
        catalog.commit("ban-tin", episode(number))
    catalog.commit("ban-tin", episode(3, title="Đính chính: ‘giá’ \u2028 và \\n"))
    catalog.commit("Ä-khác", episode(1, show="Ä-khác"))
    add(database, numbers, show="ban-tin", season=2026, number=1, episode="x")
    add(database, feeds, show="ban-tin", wanted=4, written=3, took=0.1 + 0.2, at=1_764_000_000_123)
    add(database, counters, name="tts_calls", label="gtts", value=1e15 + 0.5)
    states = ("queued", "running", "waiting", "done", "held", "failed", "cancelled", "parked")
    add_jobs(
        database,
        *(job(n, state, sent="nightly.1", worker="may-1", attempts=3, stage="speaking", done=4, of=9, run=2, until=7, cancel=n == 1) for n, state in enumerate(states)),
    )
    add(database, workers, id="cu", host="may", pid=1, started=1, beat=1, state="alive", version="0.1")
    add(database, leases, name="ban-tin/feed", holder="cu", until=1)
    add(database, rates, name="gtts", next=99)
    add(database, claims, show="ban-tin", id="y", prints="[]", job="job-1", at=1)
    furnish_desk(database)
    folder = place.folders["feeds"]
    for name, body in (("ban-tin.toml", "title = 'Bản tin'\n"), ("ban-tin.lexicon.tsv", "WHO\tđắp-bliu"), ("sites/bao.toml", "[rule]\n"), ("bìa.jpg", "\x00\x01")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body, encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("x")


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, urls: Urls) -> Iterator[Place]:
    made = place_at(tmp_path / "here", urls(getattr(request, "param", "sqlite"), "here"))
    furnish(made)
    yield made
    made.database.close()


def make(path: Path, place: Place, **other: Any) -> Header:
    return make_backup(path, place, now=NOW, audiopub="0.1.0", **other)


def content(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {which.name: table(database, which) for which in (*KEPT, *_OF_MACHINES)}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# There and back


@pytest.mark.parametrize("place", ["sqlite", "postgres"], indirect=True)
@KINDS
def test_a_backup_brings_everything_back(place: Place, kind: str, tmp_path: Path, urls: Urls) -> None:
    """From either database into either: every row, every manifest and every file of people is there again; what is true of machines only is not."""
    header = make(tmp_path / "a.tar.gz", place)
    assert dict(header.counts) == {"episodes": 8, "numbers": 1, "feeds": 1, "jobs": 8, "counters": 1, **dict.fromkeys(DESK, 1), "manifests": 8, "files": 4}
    assert (header.schema, header.made, header.audiopub) == (HEAD, "2026-11-24T20:00:00+07:00", "0.1.0")
    assert (tmp_path / "a.tar.gz").stat().st_mode & 0o777 == 0o600 and check_backup(tmp_path / "a.tar.gz") == header
    there = place_at(tmp_path / "there", urls(kind, "there"))
    loaded = load_backup(tmp_path / "a.tar.gz", there)
    assert (loaded.files, loaded.left, loaded.newer) == (4, (), 0)
    before, after = content(place.database), content(there.database)
    for name in ("numbers", "feeds", "counters", *DESK):
        assert after[name] == before[name] != []
    assert after["episodes"] == [{**row, "manifest": 0} for row in before["episodes"]]
    assert all(after[name] == [] and before[name] for name in ("claims", "workers", "leases", "rates", "sessions", "tries", "answers", "deliveries"))
    assert files(tmp_path / "there/archive") == files(tmp_path / "here/archive")
    assert files(tmp_path / "there/feeds") == {name: body for name, body in files(tmp_path / "here/feeds").items() if not name.startswith(".git")}
    assert ManifestedCatalog(RowCatalog(there.database), there.database, there.archive).catch_up() == 8
    add(there.database, audit, at=2, by="lan", via="desk", act="withdraw")
    assert table(there.database, audit)[-1]["number"] > 7  # what is written next does not take a number that came back
    there.database.close()


def test_every_table_is_either_kept_or_of_the_moment() -> None:
    """A new table is thought of: it is in a backup, or it is emptied when one is loaded."""
    assert {which.name for which in (*KEPT, *_OF_MACHINES)} == set(metadata.tables)


def test_unfinished_jobs_come_back_unsent(place: Place, tmp_path: Path, urls: Urls) -> None:
    """What was queued, running or waiting is queued, in a run of its own and with no engine or worker; what was over stays as it was."""
    make(tmp_path / "a.tar.gz", place)
    there = place_at(tmp_path / "there", urls("sqlite", "there"))
    load_backup(tmp_path / "a.tar.gz", there)
    before, after = {row["id"]: row for row in table(place.database, jobs)}, {row["id"]: row for row in table(there.database, jobs)}
    for name, row in before.items():
        if row["state"] in {"queued", "running", "waiting"}:
            anew = {"state": "queued", "sent": "", "worker": "", "run": 3, "attempts": 0, "stage": "", "done": 0, "of": 0, "until": 0}
            assert after[name] == {**row, **anew, "changed": after[name]["changed"]} and after[name]["changed"] > row["changed"]
        else:
            assert after[name] == row
    assert after["job-1"]["cancel"] is True
    there.database.close()


def test_the_same_rows_give_the_same_bytes(place: Place, tmp_path: Path, urls: Urls) -> None:
    """A backup of what did not change is the same file, and so is one of the same rows in the other database."""
    make(tmp_path / "a.tar.gz", place)
    make(tmp_path / "b.tar.gz", place)
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    there = place_at(tmp_path / "there", urls("postgres", "there"))
    load_backup(tmp_path / "a.tar.gz", there)
    back = place_at(tmp_path / "back", urls("sqlite", "back"))
    make(tmp_path / "c.tar.gz", there)
    load_backup(tmp_path / "c.tar.gz", back)
    at = datetime(2027, 1, 1, tzinfo=NOW.tzinfo)
    for one in (there, back):  # jobs were queued anew, at a moment and in a run of each loading
        one.database.write(lambda connection: connection.execute(update(jobs).values(changed=1, run=1)))
    for name, one in (("d", there), ("e", back)):
        make_backup(tmp_path / f"{name}.tar.gz", one, now=at, audiopub="0.1.0")
    assert (tmp_path / "d.tar.gz").read_bytes() == (tmp_path / "e.tar.gz").read_bytes() != (tmp_path / "c.tar.gz").read_bytes()
    for one in (there, back):
        one.database.close()


def test_a_backup_is_a_plain_tar(place: Place, tmp_path: Path) -> None:
    """Anybody can look into it with tar: the header is first, the others have their order, and nobody's name or clock is in it."""
    make(tmp_path / "a.tar.gz", place)
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        entries = tar.getmembers()
        assert next(entry.name for entry in entries) == "header.json" and [entry.name for entry in entries[1:]] == sorted(entry.name for entry in entries[1:])
        assert {(entry.mtime, entry.uid, entry.uname, entry.mode) for entry in entries} == {(int(NOW.timestamp()), 0, "", 0o600)}
        assert {"tables/jobs.jsonl", "feeds/sites/bao.toml", f"manifests/ban-tin/{episode(1).id}.json"} <= {entry.name for entry in entries}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".tmp")] == []


# While everybody works


@KINDS
def test_a_backup_is_of_one_moment(kind: str, tmp_path: Path, urls: Urls) -> None:
    """While another process commits to three tables in one transaction all the time, the three agree in each of twenty backups, and it was not held up."""
    code = """
import sys, threading
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.schema import counters, feeds, jobs
from tests.sql.rows import job
database, over = Database(sys.argv[1]), threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
number = 0
while not over.is_set():
    number += 1
    def work(connection):
        connection.execute(jobs.insert().values(**job(number, "queued")))
        connection.execute(feeds.update().values(wanted=number))
        connection.execute(counters.update().values(value=number))
    database.write(work)
    if number == 1:
        print("begun", flush=True)
print(number, flush=True)
"""
    place = place_at(tmp_path / "here", urls(kind, "here"))
    add(place.database, feeds, show="ban-tin")
    add(place.database, counters, name="n", value=0)
    seen: list[int] = []
    with subprocess.Popen([sys.executable, "-c", code, place.database.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "begun\n"
        for number in range(20):
            make(tmp_path / f"{number}.tar.gz", place)
            (folder := tmp_path / f"{number}").mkdir()
            backup = read_backup(tmp_path / f"{number}.tar.gz", folder)
            (feed,), (counter,) = map(json.loads, backup.lines("feeds")), map(json.loads, backup.lines("counters"))
            assert feed["wanted"] == counter["value"] == len(list(backup.lines("jobs"))) == backup.header.counts["jobs"]
            seen.append(feed["wanted"])
        written = int(writer.communicate()[0])
    assert seen == sorted(seen) and len(set(seen)) > 15 and written >= seen[-1]
    place.database.close()


# Damaged, foreign, in the way


def state(place: Place) -> tuple[Any, ...]:
    return content(place.database), {top: files(folder) for top, folder in place.folders.items() if folder.exists()}


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def test_a_damaged_backup_changes_nothing(place: Place, tmp_path: Path, urls: Urls) -> None:
    """Cut anywhere or with any byte changed, a backup is refused whole; what does not matter to its content may differ."""
    make(tmp_path / "a.tar.gz", place)
    whole, there = (tmp_path / "a.tar.gz").read_bytes(), place_at(tmp_path / "there", urls("sqlite", "there"))
    before = state(there)
    cuts = [whole[:length] for length in (*range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1)]
    flips = [whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :] for at in range(10, len(whole), max(1, len(whole) // 120))]
    flips = [flip for flip in flips if _unpacked(flip) != _unpacked(whole)]  # a run of zeros may be packed in many ways
    for number, spoilt in enumerate((*cuts, *flips, b"x" * 500, gzip.compress(b"no tar"), whole + b"more")):
        path = tmp_path / "b.tar.gz"
        path.write_bytes(spoilt)
        with pytest.raises(AudiopubError) as failure:
            load_backup(path, there)
        assert (failure.value.code, failure.value.exit_code) == ("backup.damaged", 8), number
        assert number % 10 or state(there) == before
    assert state(there) == before
    with pytest.raises(BadInput):
        check_backup(tmp_path / "none.tar.gz")
    there.database.close()


def written_by_hand(path: Path, members: dict[str, bytes], *, schema: str = HEAD, **said: Any) -> Path:
    """Write a backup whose content is not that of any place."""
    folder = path.parent / f"{path.name}.parts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    paths = []
    for number, (name, body) in enumerate(members.items()):
        (folder / str(number)).write_bytes(body)
        paths.append((name, folder / str(number)))
    counts = {name.removeprefix("tables/").removesuffix(".jsonl"): body.count(b"\n") for name, body in members.items() if name.startswith("tables/")}
    with path.open("wb") as sink:
        write_backup(sink, Header(schema=schema, made=NOW.isoformat(), audiopub="0.1.0", counts=counts | said), paths, 0)
    return path


@pytest.mark.parametrize("name", ["feeds/../../dau-doc.toml", "/etc/dau-doc", "feeds/./a", "khac/a", "feeds//a", "feeds", "feeds/a/.."])
def test_a_backup_leads_nowhere_else(name: str, tmp_path: Path, urls: Urls) -> None:
    """A file whose members would lie outside the folders they belong to is refused."""
    there = place_at(tmp_path / "there", urls("sqlite", "there"))
    with pytest.raises(ConfigInvalid) as failure:
        load_backup(written_by_hand(tmp_path / "a.tar.gz", {name: b"x"}), there)
    assert failure.value.code == "backup.damaged" and not list(tmp_path.rglob("dau-doc*")) and not (tmp_path / "there/feeds").exists()
    there.database.close()


def test_a_link_in_a_backup_is_no_file(tmp_path: Path) -> None:
    """What is no plain file is refused, whatever the header says of it."""
    said = {"audiopub_backup": 1, "schema": HEAD, "made": "", "audiopub": "", "counts": {}, "members": {"feeds/a": [0, ""]}}
    with gzip.open(tmp_path / "a.tar.gz", "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        body = json.dumps(said).encode()
        entry = tarfile.TarInfo("header.json")
        entry.size = len(body)
        tar.addfile(entry, io.BytesIO(body))
        link = tarfile.TarInfo("feeds/a")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(ConfigInvalid) as failure:
        check_backup(tmp_path / "a.tar.gz")
    assert failure.value.code == "backup.damaged"


def test_a_backup_of_a_newer_audiopub_is_refused(place: Place, tmp_path: Path) -> None:
    """A newer schema or a newer form of file is named, and nothing is changed."""
    before = state(place)
    newer_schema = written_by_hand(tmp_path / "a.tar.gz", {"tables/feeds.jsonl": b""}, schema="9999")
    newer_form = tmp_path / "b.tar.gz"
    with gzip.open(newer_form, "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        entry = tarfile.TarInfo("header.json")
        entry.size = len(body := b'{"audiopub_backup": 2}')
        tar.addfile(entry, io.BytesIO(body))
    for path, found in ((newer_schema, "9999"), (newer_form, "2")):
        with pytest.raises(ConfigInvalid) as failure:
            load_backup(path, place, force=True)
        assert failure.value.code == "backup.newer" and found in failure.value.sentence("vi")
    assert state(place) == before


@pytest.mark.parametrize("place", ["sqlite", "postgres"], indirect=True)
def test_a_database_that_is_not_empty_is_replaced_only_by_force(place: Place, tmp_path: Path) -> None:
    """Without --force nothing is touched; with it the rows are those of the backup, and files that differ are its own."""
    make(tmp_path / "a.tar.gz", place)
    there, feeds_folder = state(place), place.folders["feeds"]
    RowCatalog(place.database).commit("ban-tin", episode(99))
    (feeds_folder / "ban-tin.toml").write_text("title = 'Khác'\n", encoding="utf-8")
    (feeds_folder / "ban-tin.lexicon.tsv").unlink()
    changed = state(place)
    with pytest.raises(ConfigInvalid) as failure:
        load_backup(tmp_path / "a.tar.gz", place)
    assert failure.value.code == "backup.not_empty" and state(place) == changed
    loaded = load_backup(tmp_path / "a.tar.gz", place, force=True)
    assert (loaded.files, loaded.left) == (2, ())
    assert files(feeds_folder) == there[1]["feeds"]
    assert [row["id"] for row in table(place.database, episodes)] == [row["id"] for row in there[0]["episodes"]]


def test_files_that_differ_are_left(place: Place, tmp_path: Path, urls: Urls) -> None:
    """Into an empty database files come only where none is; those that differ are named."""
    make(tmp_path / "a.tar.gz", place)
    there = Place(database=Database(urls("sqlite", "there")), archive=MemoryStore(), folders=place.folders)
    mine = place.folders["feeds"] / "ban-tin.toml"
    mine.write_text("title = 'Khác'\n", encoding="utf-8")
    loaded = load_backup(tmp_path / "a.tar.gz", there)
    assert loaded.left == (str(mine),) and loaded.files == 0 and "Khác" in mine.read_text(encoding="utf-8")
    there.database.close()


@pytest.mark.parametrize("place", ["sqlite", "postgres"], indirect=True)
def test_a_loading_that_fails_leaves_everything_as_it_was(place: Place, tmp_path: Path) -> None:
    """A row that does not fit, the last of all, undoes the tables and the files before it."""
    good = {f"tables/{which.name}.jsonl": b"" for which in KEPT} | {"tables/episodes.jsonl": json.dumps({**table(place.database, episodes)[0]}).encode() + b"\n"}
    before = state(place)
    for row in (b'{"name": "a"}\n', b'{"name": "a", "label": "", "value": null}\n', b'{"name": "a", "label": "", "value": 1, "more": 2}\n', b"[]\n"):
        path = written_by_hand(tmp_path / "a.tar.gz", good | {"tables/counters.jsonl": row, "feeds/ban-tin.toml": b"khac", "feeds/moi.toml": b"moi"})
        with pytest.raises(ConfigInvalid) as failure:
            load_backup(path, place, force=True)
        assert failure.value.code in {"backup.misfit", "backup.damaged"}
        assert state(place) == before


def test_what_is_too_long_for_postgres_is_named(tmp_path: Path, urls: Urls) -> None:
    """SQLite minds no lengths; a text that Postgres refuses is a sentence, and nothing is loaded."""
    here, there = place_at(tmp_path / "here", urls("sqlite", "here")), place_at(tmp_path / "there", urls("postgres", "there"))
    add(here.database, feeds, show="x" * 300)
    make(tmp_path / "a.tar.gz", here)
    with pytest.raises(ConfigInvalid) as failure:
        load_backup(tmp_path / "a.tar.gz", there)
    assert failure.value.code == "backup.misfit" and "200" in failure.value.sentence("vi") and table(there.database, feeds) == []
    for one in (here, there):
        one.database.close()


@pytest.mark.parametrize("place", ["sqlite", "postgres"], indirect=True)
def test_nothing_is_loaded_beneath_somebody_who_works(place: Place, tmp_path: Path) -> None:
    """A worker that is alive, or a lock that is held, is named; one that has stopped or died long ago is in nobody's way."""
    make(tmp_path / "a.tar.gz", place)

    def beat(connection: Connection, *, state: str, ago: int, lease: int) -> None:
        connection.execute(update(workers).values(beat=now_ms() - ago, state=state))
        connection.execute(update(leases).values(until=now_ms() + lease))

    for words, held in (({"state": "alive", "ago": 1000, "lease": -1000}, "cu"), ({"state": "gone", "ago": 0, "lease": 10_000}, "ban-tin/feed")):
        place.database.write(lambda connection, words=words: beat(connection, **words))  # type: ignore[misc]
        with pytest.raises(TryAgain) as failure:
            load_backup(tmp_path / "a.tar.gz", place, force=True)
        assert failure.value.code == "backup.at_work" and held in failure.value.sentence("vi") and table(place.database, workers)
    place.database.write(lambda connection: beat(connection, state="alive", ago=120_000, lease=-1))
    load_backup(tmp_path / "a.tar.gz", place, force=True)
    assert table(place.database, workers) == []


@KINDS
@pytest.mark.parametrize("force", [False, True], ids=["empty", "force"])
def test_a_backup_of_an_older_schema_is_brought_up_to_date(kind: str, tmp_path: Path, urls: Urls, monkeypatch: pytest.MonkeyPatch, *, force: bool) -> None:
    """Rows of an older revision go into its tables, and the migrations after it bring them to the present, all in one transaction."""
    there = place_at(tmp_path / "there", urls(kind, "there"))
    if force:
        furnish(there)
    rows, job_row = [{key: value for key, value in row.items() if key != "manifest"} for row in _rows(tmp_path)], _job_row(tmp_path)
    (versions := tmp_path / "migrations/versions").mkdir(parents=True)
    for name in ("env.py", "versions/0002_desk.py"):
        shutil.copy(ROOT / "audiopub/adapters/sql/migrations" / name, versions.parent / name)
    first = (ROOT / "audiopub/adapters/sql/migrations/versions/0001_first.py").read_text(encoding="utf-8")
    column = 'Column("manifest", Integer, nullable=False, server_default="0"),'
    assert column in first
    (versions / "0000_before.py").write_text(first.replace('revision = "0001"', 'revision = "0000"', 1).replace(column, ""), encoding="utf-8")
    (versions / "0001_after.py").write_text(
        f"from alembic import op\nfrom sqlalchemy import Column, Integer\nrevision, down_revision = '0001', '0000'\ndef upgrade():\n    op.add_column('episodes', {column.rstrip(',')})\n"
    )
    monkeypatch.setattr(upgrade, "_MIGRATIONS", versions.parent)
    members = {f"tables/{which.name}.jsonl": b"" for which in KEPT} | {"tables/episodes.jsonl": b"".join(json.dumps(row).encode() + b"\n" for row in rows)}
    members["tables/jobs.jsonl"] = json.dumps(job_row).encode() + b"\n"
    path = written_by_hand(tmp_path / "a.tar.gz", members, schema="0000")
    before = state(there)
    if force:
        with pytest.raises(ConfigInvalid):
            load_backup(path, there)
        broken = written_by_hand(tmp_path / "b.tar.gz", members | {"tables/counters.jsonl": b'{"name": 1}\n'}, schema="0000")
        with pytest.raises(ConfigInvalid):
            load_backup(broken, there, force=True)
        assert state(there) == before
    load_backup(path, there, force=force)
    assert table(there.database, episodes) == [{**row, "manifest": 0} for row in rows]
    assert [(row["id"], row["state"], row["run"]) for row in table(there.database, jobs)] == [("job-5", "queued", 2)]
    again = Database(there.database.url)
    assert again.read(revision_of) == HEAD
    for one in (again, there.database):
        one.close()


def _rows(folder: Path) -> list[dict[str, Any]]:
    database = Database(f"sqlite:///{folder / 'rows.sqlite'}")
    for number in range(3):
        RowCatalog(database).commit("ban-tin", episode(number))
    found = table(database, episodes)
    database.close()
    return found


def _job_row(folder: Path) -> dict[str, Any]:
    database = Database(f"sqlite:///{folder / 'rows.sqlite'}")
    add_jobs(database, job(5, "running"))
    (found,) = table(database, jobs)
    database.close()
    return found


def test_later_records_of_the_archive_are_told_and_kept(place: Place, tmp_path: Path, urls: Urls) -> None:
    """Where the archive outlived the database, what it knows of later is counted and stays, so that it can be brought in."""
    make(tmp_path / "a.tar.gz", place)
    later = episode(3, title="Sau bản sao lưu")
    put_manifest(place.archive, "ban-tin", later.id, lambda: manifest_of("ban-tin", later, 9))
    put_manifest(place.archive, "ban-tin", episode(50).id, lambda: manifest_of("ban-tin", episode(50), 1))
    there = Place(database=Database(urls("sqlite", "there")), archive=place.archive, folders={})
    assert load_backup(tmp_path / "a.tar.gz", there).newer == 2
    assert {found.version for found in manifests(place.archive) if found.id == later.id} == {9}
    there.database.close()


# The file


def test_a_backup_that_is_there_is_not_replaced_unasked(place: Place, tmp_path: Path) -> None:
    """make names a file that is there; with --force it takes its place; where it cannot be finished the old one stays."""
    path = tmp_path / "a.tar.gz"
    path.write_bytes(b"old")
    with pytest.raises(ConfigInvalid) as failure:
        make(path, place)
    assert failure.value.code == "backup.exists" and path.read_bytes() == b"old"

    def breaks(what: str) -> None:
        if what == "check":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(path, place, force=True, told=breaks)
    assert path.read_bytes() == b"old" and not list(tmp_path.glob(".tmp*"))
    make(path, place, force=True)
    check_backup(path)


def test_a_disk_that_is_full_leaves_no_half_backup(place: Place, tmp_path: Path) -> None:
    """Without room for it the error says so, and there is neither a new file nor a remnant."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        (folder / "a.tar.gz").write_bytes(b"old")
        with pytest.raises(TryAgain) as failure:
            make(folder / "a.tar.gz", place, force=True)
        assert failure.value.code == "again.disk_full"
        assert files(folder) == {"a.tar.gz": b"old"}
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """make, check and load in a newsroom's folder, in sentences and as JSON, with their exit codes."""

    def run(*arguments: str) -> int:
        return exit_code_of(main_group, ("--lang", "vi", "backup", *arguments))

    def document() -> Any:
        return json.loads(capsys.readouterr().out)

    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert exit_code_of(main_group, ("init",)) == 0
    Path("rules").mkdir()
    Path("rules/bao.toml").write_text("[rule]\n")
    monkeypatch.setenv("AUDIOPUB_RULES", "rules")
    database = Database("sqlite:///.audiopub/catalog.sqlite")
    ManifestedCatalog(RowCatalog(database), database, LocalStore(Path(".audiopub/archive"))).commit("ban-tin", episode(1))
    database.close()
    capsys.readouterr()
    assert run("make", "../a.tar.gz") == 0
    assert "1 tập, 0 việc, 1 bản kê, 2 tệp" in capsys.readouterr().out
    assert run("make", "../a.tar.gz") == 8 and "--force" in capsys.readouterr().err
    assert run("make", "../a.tar.gz", "--force", "--json") == 0
    made = document()
    assert made["counts"]["episodes"] == 1 and made["bytes"] == Path("../a.tar.gz").stat().st_size
    assert run("check", "../a.tar.gz", "--json") == 0 and document() == made
    assert run("check", "../a.tar.gz") == 0 and "nguyên vẹn" in capsys.readouterr().out
    assert run("load", "../a.tar.gz") == 8 and "không trống" in capsys.readouterr().err
    assert run("check", "../none.tar.gz") == 3
    monkeypatch.chdir(tmp_path / "there")
    assert run("load", "../a.tar.gz", "--json") == 0
    assert (loaded := document())["written"] == 2 and loaded["left"] == [] and loaded["newer_manifests"] == 0
    assert Path("feeds/ban-tin.toml").read_bytes() == Path("../here/feeds/ban-tin.toml").read_bytes() and Path("rules/bao.toml").exists()
    Path("feeds/ban-tin.toml").write_text("khac")
    assert run("load", "../a.tar.gz", "--force") == 0 and "1 tập" in capsys.readouterr().out
    assert Path("feeds/ban-tin.toml").read_bytes() == Path("../here/feeds/ban-tin.toml").read_bytes()
