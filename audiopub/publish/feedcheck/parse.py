"""The parser: from bytes to a feed under examination, whatever the bytes are."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lxml import etree

from audiopub.publish.feedcheck.model import Feed, name_of
from audiopub.publish.namespaces import ITUNES, PODCAST, PODLOVE

_MEANT = {"itunes": ITUNES, "podcast": PODCAST, "psc": PODLOVE}
_OTHER_PODCAST = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
"""The other address of that namespace. Source: its README."""

_BOM = b"\xef\xbb\xbf"
_STRANGE = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:[0-8]|1[124-9]|2\d|3[01]|x0?[0-8bcef]|x1[0-9a-f]);|&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{0,30};", re.IGNORECASE
)
_DECLARED = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def parsed(raw: bytes, now: datetime) -> Feed:
    """Parse a feed as well as it can be.

    A document that is not well formed is read as a lenient app would, so that its other faults are found
    too. Elements under a known prefix with a wrong namespace are read as they are meant.
    """
    body = raw.removeprefix(_BOM).lstrip()
    if encoding_of(raw) == "utf-8":
        body = body.decode("utf-8", "replace").encode()
    root, trouble = _root(body)
    strange = _strange(body) if trouble else ""
    feed = Feed(raw=raw, now=now, root=root, trouble="" if strange else trouble, strange=strange)
    channel = root.find("channel") if root is not None and root.tag == "rss" else None
    if channel is None:
        return feed
    misnamed = _misnamed(root)
    _rename(root, misnamed)
    return replace(feed, channel=channel, items=tuple(channel.findall("item")), misnamed={prefix: uri for uri, prefix in misnamed.items()})


def encoding_of(raw: bytes) -> str:
    """Give the encoding that a document declares, lower case; UTF-8 where it declares none."""
    found = _DECLARED.match(raw[:1000].removeprefix(_BOM).lstrip())
    return found[1].decode("ascii").lower() if found else "utf-8"


def _root(body: bytes) -> tuple[Any, str]:
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True)), ""
    except (etree.XMLSyntaxError, ValueError) as error:
        trouble = str(error)
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, recover=True)), trouble
    except (etree.XMLSyntaxError, ValueError):
        return None, trouble


def _strange(body: bytes) -> str:
    """Give the first character or entity that XML does not have, if without such the document is well formed."""
    found = _STRANGE.search(body)
    return found[0].decode("ascii", "backslashreplace") if found and not _root(_STRANGE.sub(b"", body))[1] else ""


def _misnamed(root: Any) -> dict[str, str]:
    """Find namespaces that are declared under a known prefix with another address: address to prefix."""
    return {uri: prefix for prefix, uri in root.nsmap.items() if prefix in _MEANT and uri != _MEANT[prefix]}


def _rename(root: Any, misnamed: Mapping[str, str]) -> None:
    for element in root.iter(etree.Element) if misnamed else ():
        uri, name = name_of(element)
        if uri in misnamed:
            element.tag = f"{{{_MEANT[misnamed[uri]]}}}{name}"


def is_known_address(uri: str) -> bool:
    """Tell whether an address other than the usual one names the podcast namespace all the same."""
    return uri == _OTHER_PODCAST
