"""Cursors of lists: opaque to whoever has them, and good only for the list that they are of."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from audiopub.web.problems import Refused


def cursor_of(inner: str, filters: Sequence[object]) -> str:
    """Wrap the desk's own cursor; empty stays empty.

    >>> opened(cursor_of("17", ["thoi-su"]), ["thoi-su"])
    '17'
    """
    if not inner:
        return ""
    return base64.urlsafe_b64encode(json.dumps([inner, _print(inner, filters)]).encode()).decode().rstrip("=")


def opened(cursor: str, filters: Sequence[object]) -> str:
    """Give the desk's own cursor.

    Raises:
        Refused: it was changed, or is of another list.
    """
    if not cursor:
        return ""
    try:
        inner, told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise Refused(422, "api.bad_cursor") from error
    if not isinstance(inner, str) or told != _print(inner, filters):
        raise Refused(422, "api.bad_cursor")
    return inner


def _print(inner: str, filters: Sequence[object]) -> str:
    said = json.dumps([inner, [str(one) for one in filters]], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
