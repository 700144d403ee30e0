"""Requests that another site's page makes in somebody's browser. What changes something is done for our own pages only."""

from starlette.datastructures import Headers

from audiopub.errors import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")


def see_to_origin(method: str, headers: Headers, origin: str | None) -> None:
    """See that a request which changes something comes from a page of ours.

    Browsers say so in ``Sec-Fetch-Site``, which no page can write; those that do not, over plain http for one, say it in ``Origin``. A form with
    ``text/plain`` is one that we have not, and that may be sent to anybody.

    Args:
        method: of the request.
        headers: of the request.
        origin: our own, as the request reached us.

    Raises:
        Forbidden: it comes from elsewhere, or does not say from where.
    """
    if method in SAFE:
        return
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    is_ours = sites == ["same-origin"] if sites else len(origins) == 1
    if not is_ours or any(said != origin for said in origins):
        raise Forbidden("people.other_site")
    kinds = headers.getlist("content-type")
    if len(kinds) > 1 or any(kind.split(";")[0].strip().lower() not in _FORMS for kind in kinds):
        raise Forbidden("people.other_form")
