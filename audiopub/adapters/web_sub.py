"""A hub told that a feed has changed. Source: https://www.w3.org/TR/websub/#publishing (the common ``hub.mode=publish``)."""

import httpx

_SECONDS = 5.0


def announced(hub: str, feed: str, *, seconds: float = _SECONDS) -> str | None:
    """Tell a hub that a feed has changed.

    Args:
        hub: its address.
        feed: the feed's address.
        seconds: most that it may take; nobody waits longer for a hub.

    Returns:
        None where the hub took it, else why not: a hub that is down is no reason for a run to fail.
    """
    try:
        answer = httpx.post(hub, data={"hub.mode": "publish", "hub.url": feed}, timeout=seconds, follow_redirects=False, trust_env=False)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    return None if answer.is_success else f"HTTP {answer.status_code}"
