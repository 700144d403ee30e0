"""A Postgres of one's own for as long as a block lasts: in a folder of its own, reached by a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def programs() -> Path | None:
    """Find the folder of Postgres's programs; None where there is none."""
    known = [Path(found).parent for found in [shutil.which("initdb")] if found]
    return next(iter([*known, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]), None)


@contextmanager
def small_postgres() -> Iterator[str]:
    """Run a server; gives the address of an empty database."""
    found = programs()
    assert found is not None
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as home:
        os.chown(home, owner.pw_uid, owner.pw_gid)

        def run(program: str, *arguments: str) -> None:
            identity: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
            subprocess.run([found / program, *arguments], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=home, **identity)

        data = f"{home}/data"
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        run("pg_ctl", "-D", data, "-w", "-l", f"{home}/log", "-o", f"-c listen_addresses='' -k {home} -c max_connections=100", "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _owner() -> pwd.struct_passwd:
    """Postgres refuses to run as root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
