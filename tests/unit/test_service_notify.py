"""What systemd hears: the helper talks to a real datagram socket."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from audiopub.adapters.service_notify import Supervisor


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """Listen as systemd does, at a path or at a name without a file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + address[1:] if address.startswith("@") else address)
        line.settimeout(5)
        yield line


@pytest.fixture
def address() -> Iterator[str]:
    """A path short enough for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "notify")


def test_each_thing_that_is_said(address: str) -> None:
    """Every message arrives as one datagram, as the protocol spells it."""
    supervisor = Supervisor.named({"NOTIFY_SOCKET": address})
    with listening(address) as line:
        for say, heard in (
            (supervisor.ready, b"READY=1"),
            (supervisor.alive, b"WATCHDOG=1"),
            (supervisor.stopping, b"STOPPING=1"),
            (lambda: supervisor.ready("đợi việc"), "READY=1\nSTATUS=đợi việc".encode()),
            (lambda: supervisor.alive("3 việc"), "WATCHDOG=1\nSTATUS=3 việc".encode()),
            (lambda: supervisor.status("3 việc"), "STATUS=3 việc".encode()),
            (lambda: supervisor.stopping("việc cuối"), "STOPPING=1\nSTATUS=việc cuối".encode()),
        ):
            assert say()
            assert line.recv(4096) == heard


def test_a_status_is_one_line(address: str) -> None:
    """A title with a line break cannot say something else in the service's name."""
    with listening(address) as line:
        assert Supervisor(address=address).status("Nước sạch\nSTOPPING=1\r\nvề bản ")
        assert line.recv(4096) == "STATUS=Nước sạch STOPPING=1 về bản".encode()


def test_an_address_without_a_file() -> None:
    """systemd may name an abstract socket."""
    name = f"@audiopub-test-{os.getpid()}"
    with listening(name) as line:
        assert Supervisor.named({"NOTIFY_SOCKET": name}).ready()
        assert line.recv(4096) == b"READY=1"


def test_nobody_to_tell(address: str) -> None:
    """Without an address, or with one where nobody listens, nothing is said and nothing fails."""
    assert not Supervisor.named({}).ready()
    assert not Supervisor.named({"NOTIFY_SOCKET": address}).ready()
    assert not Supervisor(address="/" + "x" * 200).alive()


def test_nothing_to_say(address: str) -> None:
    """An empty status sends no empty datagram."""
    with listening(address) as line:
        assert not Supervisor(address=address).status("  ")
        line.setblocking(False)
        with pytest.raises(BlockingIOError):
            line.recv(4096)


def test_a_full_socket_is_not_waited_for(address: str) -> None:
    """A supervisor that takes nothing holds nobody up."""
    with listening(address):
        supervisor = Supervisor(address=address)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuffing:
            stuffing.setblocking(False)
            stuffing.connect(address)
            with suppress(BlockingIOError):
                while True:
                    stuffing.send(b"x")
        assert not supervisor.alive()


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "7"}, 120.0),
        ({"WATCHDOG_USEC": "500000"}, 0.5),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "8"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_watchdog(environment: dict[str, str], seconds: float) -> None:
    """The time is that of this process; one that is set on another counts for nothing."""
    assert Supervisor.named(environment, pid=7).watchdog == seconds
