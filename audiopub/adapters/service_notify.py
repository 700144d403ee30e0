"""What systemd is told of a service: that it is up, alive, leaving, and what it is about.

The protocol is a datagram to a socket that the environment names. Source:
https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

_PATIENCE = 1.0
"""Seconds that a full socket is waited for: a service does not stand still because nobody listens to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Whoever started this process and wants to hear of it; nobody, where no address is known, and then nothing is said."""

    address: str = ""
    """Of its socket: a path, or ``@`` and a name without a file."""

    watchdog: float = 0.0
    """Seconds without a sign of life after which it ends the process; 0 where it does not."""

    @classmethod
    def named(cls, environment: Mapping[str, str] = os.environ, pid: int | None = None) -> "Supervisor":
        """Find out who started this process.

        Args:
            environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID count.
            pid: of this process, if it is not the running one; a watchdog set on another process is no business of ours.
        """
        mine = environment.get("WATCHDOG_PID", "") in {"", str(os.getpid() if pid is None else pid)}
        microseconds = environment.get("WATCHDOG_USEC", "") if mine else ""
        return cls(address=environment.get("NOTIFY_SOCKET", ""), watchdog=int(microseconds) / 1_000_000 if microseconds.isdecimal() else 0.0)

    def ready(self, status: str = "") -> bool:
        """Say that the service is up, and what it is about."""
        return self._told("READY=1", *_about(status))

    def alive(self, status: str = "") -> bool:
        """Give a sign of life. Due twice within ``watchdog`` seconds, by whoever knows that work goes on, not by a thread that knows nothing."""
        return self._told("WATCHDOG=1", *_about(status))

    def status(self, text: str) -> bool:
        """Say what the service is about; ``systemctl status`` shows it."""
        return self._told(*_about(text))

    def stopping(self, status: str = "") -> bool:
        """Say that the service is about to end."""
        return self._told("STOPPING=1", *_about(status))

    def _told(self, *said: str) -> bool:
        """Tell whether it was sent. That it could not be is no reason for a service to fail."""
        if not self.address or not said:
            return False
        where = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.settimeout(_PATIENCE)
                line.connect(where)
                line.send("\n".join(said).encode())
        except OSError:
            return False
        return True


def _about(status: str) -> tuple[str, ...]:
    return (f"STATUS={' '.join(status.split())}",) if status.strip() else ()
