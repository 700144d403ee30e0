"""How often something may be tried."""

from collections.abc import Mapping
from dataclasses import dataclass

_MINUTE = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many in a span; as many at once where nobody came before."""

    count: int
    span: int = _MINUTE
    """Milliseconds."""

    @property
    def step(self) -> int:
        """Give the milliseconds after which one more may be tried."""
        return self.span // self.count


LIMITS: Mapping[str, Limit] = {
    "address": Limit(count=5),  # attempts to come in that failed, from one address
    "name": Limit(count=10),  # and for one name, from everywhere
    "render": Limit(count=10),
    "preview": Limit(count=10),
}
"""What is limited."""


def tried(spent: int, now: int, limit: Limit) -> tuple[int, int]:
    """Try once more.

    Args:
        spent: the moment until which former tries have used the limit up; 0 for none.
        now: the present moment.
        limit: what is allowed.

    Returns:
        The same moment afterwards, and the milliseconds to wait: 0 where it may be done now.

    >>> two = Limit(count=2, span=1000)
    >>> tried(0, 10_000, two), tried(10_500, 10_000, two), tried(11_000, 10_000, two)
    ((10500, 0), (11000, 0), (11000, 500))
    """
    after = max(spent, now) + limit.step
    wait = after - now - limit.span
    return (spent, wait) if wait > 0 else (after, 0)
