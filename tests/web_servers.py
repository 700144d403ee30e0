"""Web servers on loopback that serve a folder as the project says: audiopub's own, and Debian's nginx and Caddy with the files of ``examples``."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def program(name: str) -> str | None:
    """Find a server's program; it may lie where only root looks."""
    return shutil.which(name, path=_PATH)


@contextmanager
def audiopub_server(folder: Path, home: Path) -> Iterator[int]:
    """Run ``audiopub serve`` with an access log in ``home``; give its port."""
    command = [sys.executable, "-m", "audiopub", "serve", str(folder), "--port", "0", "--json", "--access-log", str(home / "access.log")]
    with _running(command, home, stdout=subprocess.PIPE) as process:
        assert process.stdout
        said = ""
        while not said.endswith("}\n"):
            said += (line := process.stdout.readline().decode())
            assert line, "audiopub serve ended"
        port = int(json.loads(said)["url"].rpartition(":")[2])
        _wait(process, port)
        yield port


@contextmanager
def nginx_server(folder: Path, home: Path) -> Iterator[int]:
    """Run nginx with ``examples/nginx.conf``, of which only address, certificate and paths are others."""
    port = _free_port()
    site = (ROOT / "examples" / "nginx.conf").read_text(encoding="utf-8")
    for pattern, other in {
        r"listen 443 ssl;": f"listen 127.0.0.1:{port};", r"ssl_certificate\w* .*;": "", r"/srv/audiopub/output": str(folder), r"/var/log/nginx/audiopub\.log": str(home / "access.log"),
    }.items():  # fmt: skip
        site, count = re.subn(pattern, other, site)
        assert count, pattern
    (home / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(f"{kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""  # pytest's folders are closed to others
    (home / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes 2;\npid {home}/pid;\nerror_log {home}/error.log;\nevents {{}}\nhttp {{\n{temporary}include site.conf;\n}}\n",
        encoding="utf-8",
    )
    with _running([program("nginx") or "nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "error.log")], home) as process:
        _wait(process, port)
        yield port


@contextmanager
def caddy_server(folder: Path, home: Path) -> Iterator[int]:
    """Run Caddy with ``examples/Caddyfile``, of which only address and path are others."""
    port = _free_port()
    site = (ROOT / "examples" / "Caddyfile").read_text(encoding="utf-8")
    for was, other in {
        "podcast.bao.example {": f"http://127.0.0.1:{port} {{\n\tbind 127.0.0.1",
        "/srv/audiopub/output": str(folder),
        "/var/log/caddy/audiopub.log": str(home / "access.log"),
    }.items():
        assert was in site
        site = site.replace(was, other)
    (home / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + site, encoding="utf-8")
    places = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with _running([program("caddy") or "caddy", "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile"], home, places) as process:
        _wait(process, port)
        yield port


Server = Callable[[Path, Path], AbstractContextManager[int]]
SERVERS: dict[str, Server] = {"audiopub": audiopub_server, "nginx": nginx_server, "caddy": caddy_server}


@contextmanager
def _running(command: list[str], home: Path, environment: Mapping[str, str] | None = None, stdout: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends; what it says goes into a file."""
    with (
        (home / "said.txt").open("wb") as said,
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=stdout or said, stderr=said) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        assert process.poll() is None, "the server ended; said.txt tells why"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nobody listens")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
