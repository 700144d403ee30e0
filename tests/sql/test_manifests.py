"""Manifests follow the catalog into the archive, and the catalog is made again from them."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from audiopub.adapters.files import FileCatalog, LocalStore
from audiopub.adapters.memory import MemoryStore
from audiopub.adapters.object_store import ObjectStore
from audiopub.adapters.sql import Database
from audiopub.adapters.sql.import_files import imported
from audiopub.adapters.sql.manifest_rows import from_manifests, manifest_in, noted, stale_manifests
from audiopub.adapters.sql.manifested import ManifestedCatalog
from audiopub.adapters.sql.schema import episodes, numbers
from audiopub.bootstrap.shared import _database
from audiopub.cli.face import exit_code_of
from audiopub.cli.main import main_group
from audiopub.errors import ConfigInvalid, TryAgain
from audiopub.publish.manifests import Manifest, manifest_key, manifest_of, manifests, put_manifest
from audiopub.publish.store import Store
from tests.articles import BODY, TITLE
from tests.s3_stand_in import BUCKET, s3
from tests.sql.rows import RowCatalog, episode, table


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    with s3() as environment:
        yield environment


@pytest.fixture(params=["local", "memory", "s3"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "s3":
        return ObjectStore(f"s3://{BUCKET}/{tmp_path.name}", request.getfixturevalue("bucket"))
    return LocalStore(tmp_path / "archive") if request.param == "local" else MemoryStore()


class Down(MemoryStore):
    """A store that may give no answer."""

    down = False

    def seen(self, key: str) -> str | None:
        if self.down:
            raise TryAgain("again.store", path=key, reason="503")
        return super().seen(key)


def versions(archive: Store) -> dict[str, int]:
    return {f"{found.show}/{found.id}": found.version for found in manifests(archive)}


def manifested(database: Database, archive: Store) -> ManifestedCatalog:
    return ManifestedCatalog(RowCatalog(database), database, archive)


# In the archive


def test_a_manifest_holds_the_whole_record(archive: Store) -> None:
    """What comes back from the archive is the episode, under its show and with its version; shows are kept apart."""
    one, other, root = episode(1, show="ban-tin", season=2026, number=7), episode(2, show="the-thao"), episode(3, show="")
    for version, (show, made) in enumerate((("ban-tin", one), ("the-thao", other), ("", root)), 1):
        assert put_manifest(archive, show, made.id, lambda show=show, made=made, version=version: manifest_of(show, made, version)) is not None  # type: ignore[misc]
    assert sorted((found.show, found.version, found.episode) for found in manifests(archive)) == [("", 3, root), ("ban-tin", 1, one), ("the-thao", 2, other)]
    assert [found.episode for found in manifests(archive, "the-thao")] == [other]
    assert [found.episode for found in manifests(archive, "")] == [root]
    assert archive.size(f"manifests/_/{root.id}.json") and archive.size(f"manifests/ban-tin/{one.id}.json")


@pytest.mark.parametrize(
    "spoil",
    [lambda body: body[:-20], lambda body: body.replace("Tóm tắt".encode(), "Tóm tất".encode()), lambda _body: b"", lambda _body: b"[]", lambda _body: b"\xff\xfe",
     lambda body: body.replace(b'"version": 1', b'"version": 0'), lambda body: body.replace(b'"show": "ban-tin",\n "version"', b'"show": "khac",\n "version"')],
    ids=["cut", "letter", "empty", "list", "binary", "version", "place"],
)  # fmt: skip
def test_a_damaged_manifest_is_named_and_stops_no_other(spoil: Callable[[bytes], bytes]) -> None:
    """One that is cut, changed or in another's place is reported by its key; the others are read."""
    archive, told = MemoryStore(), list[str]()
    for number in range(3):
        put_manifest(archive, "ban-tin", episode(number).id, lambda number=number: manifest_of("ban-tin", episode(number), 1))  # type: ignore[misc]
    key = manifest_key("ban-tin", episode(1).id)
    before, archive.files[key] = archive.files[key], spoil(archive.files[key])
    assert archive.files[key] != before
    assert [found.id for found in manifests(archive, damaged=lambda key, _reason: told.append(key))] == [episode(0).id, episode(2).id]
    assert told == [key]


def test_what_else_lies_in_the_folder_is_no_manifest(tmp_path: Path) -> None:
    """What a killed run left half written, and files of people, are passed over."""
    archive = LocalStore(tmp_path)
    put_manifest(archive, "ban-tin", episode(1).id, lambda: manifest_of("ban-tin", episode(1), 1))
    (tmp_path / "manifests/ban-tin/.tmp-12-3").write_bytes(b"{")
    (tmp_path / "manifests/ban-tin/ghi-chu.txt").write_bytes(b"{")
    (tmp_path / "manifests/ghi-chu.json").write_bytes(b"{")
    assert len(list(manifests(archive, damaged=lambda key, _reason: pytest.fail(key)))) == 1


# Behind the catalog


def test_the_manifest_follows_every_commit(database: Database, archive: Store) -> None:
    """After a commit the archive has that version, the row says so, and there is nothing to catch up on."""
    catalog = manifested(database, archive)
    for title in ("Một", "Hai", "Ba"):
        catalog.commit("ban-tin", episode(1, title=title))
    assert [(found.version, found.episode.title) for found in manifests(archive)] == [(3, "Ba")]
    assert [(row["version"], row["manifest"]) for row in table(database, episodes)] == [(3, 3)]
    assert stale_manifests(database) == () and catalog.catch_up() == 0
    assert catalog.find("ban-tin", episode(1).id) == episode(1, title="Ba") == catalog.episodes("ban-tin")[0]


def test_an_archive_that_is_down_costs_no_commit(database: Database) -> None:
    """What is committed while the archive is down is in the catalog, is known to be late, and is put later, all of it."""
    archive = Down()
    catalog = manifested(database, archive)
    catalog.commit("ban-tin", episode(1))
    archive.down = True
    for number in range(1, 6):
        catalog.commit("ban-tin", episode(number, title="Mới"))
    assert len(catalog.episodes("ban-tin")) == 5 and len(stale_manifests(database)) == 5 and stale_manifests(database, 2) == stale_manifests(database)[:2]
    assert catalog.catch_up() == 0
    archive.down = False
    assert catalog.catch_up() == 5
    assert versions(archive) == {f"ban-tin/{episode(number).id}": 2 if number == 1 else 1 for number in range(1, 6)}
    assert {found.episode.title for found in manifests(archive)} == {"Mới"} and catalog.catch_up() == 0


def test_an_archive_that_took_the_place_of_a_lost_one_gets_all(database: Database) -> None:
    """Where no manifest is left, what was noted of the lost archive counts for nothing: whoever starts next puts them all."""
    first = manifested(database, MemoryStore())
    for number in range(3):
        first.commit("ban-tin", episode(number))
    archive = Down()
    again = manifested(database, archive)
    archive.down = True
    assert again.catch_up() == 0
    archive.down = False
    assert again.catch_up() == 3 and len(versions(archive)) == 3
    assert manifested(database, archive).catch_up() == 0


def test_a_slow_writer_never_puts_an_older_manifest(database: Database, archive: Store) -> None:
    """Of two who commit the same episode, whoever comes last to the archive, the later record is there."""
    catalog, slow = manifested(database, archive), episode(1)
    catalog.commit("ban-tin", slow)
    overtaken: list[int] = []

    def present() -> Manifest | None:
        found = manifest_in(database, "ban-tin", slow.id)
        if not overtaken:  # between this one's look at the record and its putting, another commits and puts
            overtaken.append(1)
            catalog.commit("ban-tin", episode(1, title="Sau"))
        return found

    put = put_manifest(archive, "ban-tin", slow.id, present)
    assert put is not None and put.version == 2
    assert [(found.version, found.episode.title) for found in manifests(archive)] == [(2, "Sau")]


def test_writers_side_by_side_leave_the_last_record(database: Database, tmp_path: Path) -> None:
    """Four threads that commit one episode over and over: in the end the archive has what the catalog has, and the row knows."""
    archive = LocalStore(tmp_path / "archive")

    def work(name: str) -> None:
        catalog = manifested(database, archive)
        for number in range(6):
            catalog.commit("ban-tin", episode(1, title=f"{name} {number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    manifested(database, archive).catch_up()
    (row,) = table(database, episodes)
    assert (row["version"], row["manifest"]) == (24, 24)
    assert [(found.version, found.record) for found in manifests(archive)] == [(24, json.loads(row["record"]))]


def test_a_newer_manifest_is_not_overwritten(database: Database, archive: Store) -> None:
    """Where the database was lost and an older one loaded, what the archive knows of later stays until somebody brings it in."""
    put_manifest(archive, "ban-tin", episode(1).id, lambda: manifest_of("ban-tin", episode(1, title="Sau bản sao lưu"), 9))
    catalog = manifested(database, archive)
    catalog.commit("ban-tin", episode(1))
    assert versions(archive) == {f"ban-tin/{episode(1).id}": 9} and len(stale_manifests(database)) == 1 and catalog.catch_up() == 0
    assert from_manifests(database, manifests(archive)).updated == 1
    assert catalog.episodes("ban-tin")[0].title == "Sau bản sao lưu" and stale_manifests(database) == ()


def test_what_is_noted_late_is_not_believed(database: Database) -> None:
    """A note that a version is in the archive never takes back a later one, and never speaks of a version that is not recorded."""
    catalog = RowCatalog(database)
    for _ in range(3):
        catalog.commit("ban-tin", episode(1))
    for version, wanted in ((2, 2), (1, 2), (7, 2), (3, 3)):
        noted(database, manifest_of("ban-tin", episode(1), version))
        assert table(database, episodes)[0]["manifest"] == wanted


# And back


def run(*arguments: str) -> int:
    return exit_code_of(main_group, arguments)


@pytest.fixture(params=["local", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, Store]:
    """A newsroom's folder with an archive in it, or in a bucket."""
    monkeypatch.chdir(tmp_path)
    archive: Store = LocalStore(tmp_path / ".audiopub/archive")
    if request.param == "s3":
        environment = request.getfixturevalue("bucket")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AUDIOPUB_ARCHIVE", f"s3://{BUCKET}/{tmp_path.name}")
        archive = ObjectStore(f"s3://{BUCKET}/{tmp_path.name}", environment)
    return Database(f"sqlite:///{tmp_path / '.audiopub/catalog.sqlite'}"), archive


def lost(database: Database) -> Database:
    """Take the database away; give what a program that starts now makes of it."""
    database.close()
    for path in Path(".audiopub").glob("catalog.sqlite*"):
        path.unlink()
    return Database(database.url)


def test_a_lost_catalog_is_made_again(place: tuple[Database, Store], capsys: pytest.CaptureFixture[str]) -> None:
    """From the archive alone every episode of every show comes back as it was, with its version and its number; again changes nothing."""
    database, archive = place
    catalog = manifested(database, archive)
    for number in range(1, 5):
        catalog.commit("ban-tin", episode(number, season=2026, number=number))
    catalog.commit("ban-tin", episode(1, season=2026, number=1, title="Đính chính"))
    catalog.commit("", episode(9, show=""))
    before = table(database, episodes)
    database = lost(database)
    assert run("rebuild-catalog", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"added": 5, "updated": 0, "same": 0, "kept": 0, "damaged": [], "dry_run": True}
    assert table(database, episodes) == []
    assert run("rebuild-catalog", "--show", "ban-tin", "--json") == 0
    assert json.loads(capsys.readouterr().out)["added"] == 4
    assert run("rebuild-catalog", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"added": 1, "updated": 0, "same": 4, "kept": 0, "damaged": [], "dry_run": False}
    assert table(database, episodes) == before
    assert [(row["season"], row["number"], row["episode"]) for row in table(database, numbers)] == [(2026, number, episode(number).id) for number in range(1, 5)]


def test_newer_rows_are_left_unless_forced(place: tuple[Database, Store], capsys: pytest.CaptureFixture[str]) -> None:
    """A row that is older than its manifest is replaced, one that is newer only by force, and then it counts on and is no longer in the archive."""
    database, archive = place
    for number, version in ((1, 5), (2, 1)):
        put_manifest(archive, "ban-tin", episode(number).id, lambda number=number, version=version: manifest_of("ban-tin", episode(number, title="Kho"), version))  # type: ignore[misc]
    catalog = RowCatalog(database)
    for number in (1, 2, 2, 2):
        catalog.commit("ban-tin", episode(number, title="Danh mục"))
    assert run("--lang", "vi", "rebuild-catalog") == 0
    assert "cập nhật 1 tập" in (said := capsys.readouterr().out) and "giữ nguyên 1 tập" in said
    assert [(row["version"], json.loads(row["record"])["title"]) for row in table(database, episodes)] == [(5, "Kho"), (3, "Danh mục")]
    assert run("rebuild-catalog", "--force", "--json") == 0
    assert json.loads(capsys.readouterr().out)["updated"] == 1
    assert [(row["version"], row["manifest"], json.loads(row["record"])["title"]) for row in table(database, episodes)] == [(5, 5, "Kho"), (4, 0, "Kho")]


def test_damaged_manifests_are_named_by_the_command(place: tuple[Database, Store], capsys: pytest.CaptureFixture[str]) -> None:
    """What can be used is used; what cannot is named, and is exit code 6."""
    database, archive = place
    catalog = manifested(database, archive)
    for number in range(3):
        catalog.commit("ban-tin", episode(number))
    key = manifest_key("ban-tin", episode(1).id)
    archive.put(key, (archive.get(key) or b"")[:-9])
    database = lost(database)
    assert run("--lang", "vi", "rebuild-catalog") == 6
    captured = capsys.readouterr()
    assert key in captured.err and "Đã thêm 2 tập" in captured.out
    assert len(table(database, episodes)) == 2


def test_a_lost_catalog_is_not_taken_for_a_new_one(place: tuple[Database, Store], capsys: pytest.CaptureFixture[str]) -> None:
    """Where the archive knows of episodes and the database of none, every command says so instead of writing an empty feed; the records of long ago are not taken instead."""
    database, archive = place
    assert run("init") == 0
    Path("bai.txt").write_text("\n\n".join((TITLE, *BODY)), encoding="utf-8")
    assert run("render", "bai.txt", "--voice", "silent", "-q") == 0
    (before,) = table(database, episodes)
    feed = Path("output/ban-tin/feed.xml").read_bytes()
    FileCatalog(Path(".audiopub/catalog")).commit("ban-tin", episode(1))
    database = lost(database)
    _database.cache_clear()
    capsys.readouterr()
    for command in (("feed", "build"), ("render", "bai.txt", "--voice", "silent", "-q"), ("history",)):
        assert run("--lang", "vi", *command) == 8
        assert "rebuild-catalog" in capsys.readouterr().err
    assert Path("output/ban-tin/feed.xml").read_bytes() == feed
    assert run("rebuild-catalog") == 0 and run("feed", "build") == 0
    assert table(database, episodes) == [before] and Path("output/ban-tin/feed.xml").read_bytes() == feed
    assert any(True for _ in manifests(archive))


# The catalog of an earlier audiopub


def test_an_old_catalog_is_taken_over_once(database: Database, tmp_path: Path) -> None:
    """All records of all shows come into an empty database, and the files stay; a database that has any is left alone."""
    old = FileCatalog(tmp_path / "catalog")
    for show, made in (("ban-tin", episode(1, season=2026, number=1)), ("the-thao", episode(2, show="the-thao")), ("", episode(3, show=""))):
        old.commit(show, made)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert imported(database, tmp_path / "catalog") == 3
    catalog = RowCatalog(database)
    for show in ("ban-tin", "the-thao", ""):
        assert catalog.episodes(show) == old.episodes(show) != ()
    assert [(row["version"], row["manifest"]) for row in table(database, episodes)] == [(1, 0)] * 3
    assert [(row["show"], row["number"]) for row in table(database, numbers)] == [("ban-tin", 1)]
    old.commit("ban-tin", episode(4))
    assert imported(database, tmp_path / "catalog") == 0 and len(table(database, episodes)) == 3
    assert {path: path.read_bytes() for path in files} == files


def test_a_damaged_record_is_named_and_nothing_is_taken_over(database: Database, tmp_path: Path) -> None:
    """One record that cannot be read stops all, so that none is forgotten."""
    old = FileCatalog(tmp_path / "catalog")
    for number in range(3):
        old.commit("ban-tin", episode(number))
    (tmp_path / "catalog/ban-tin" / f"{episode(1).id}.json").write_text("{")
    with pytest.raises(ConfigInvalid) as failure:
        imported(database, tmp_path / "catalog")
    assert failure.value.code == "config.bad_record" and episode(1).id in failure.value.sentence("vi")
    assert table(database, episodes) == []
    assert imported(database, tmp_path / "nichts") == 0


def test_two_may_take_an_old_catalog_over_at_once(database: Database, tmp_path: Path) -> None:
    """Whoever comes first does it; the other finds it done."""
    old = FileCatalog(tmp_path / "catalog")
    for number in range(20):
        old.commit("ban-tin", episode(number))
    ready, counts = threading.Barrier(4), list[int]()

    def work() -> None:
        ready.wait()
        counts.append(imported(database, tmp_path / "catalog"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 20] and len(table(database, episodes)) == 20


def test_a_records_show_is_the_one_it_was_filed_under() -> None:
    """A record that an older audiopub wrote without its show has that of its place."""
    record = {name: value for name, value in manifest_of("ban-tin", replace(episode(1), show=""), 1).record.items() if name != "show"}
    assert Manifest(show="ban-tin", id=episode(1).id, version=1, record=record).episode.show == "ban-tin"
