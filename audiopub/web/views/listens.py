"""What listeners downloaded: by day, by episode, by app."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response
from markupsafe import Markup

from audiopub.desk.listens import plot
from audiopub.people import Permission
from audiopub.web.api.state import beside
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import number
from audiopub.web.views.at_hand import chosen_show, day_of, desk_of, language_of, screen, worded

router = GuardedRouter(surface="desk")

_SPANS = (7, 30, 90, 365)


@router.get("/listens", permission=Permission.READ)
def listens(request: Request, actor: Signed, show: str = "", days: Annotated[int, Query(ge=1, le=366)] = 30) -> Response:
    """Show the downloads of a show's last days."""
    desk, slug, language = desk_of(request), chosen_show(request, show), language_of(request)
    actor.must(Permission.READ)
    found: Mapping[str, Any] = beside(request).listens.of(slug, days, desk.tools.now()) if slug else {"logs": False, "downloads": 0}
    picture = Markup()
    if found["downloads"]:
        most = max(found["days"], key=lambda day: day["downloads"])
        details = {"days": days, "count": number(found["downloads"], language), "most": number(most["downloads"], language), "day": day_of(request, most["day"])}
        title, about = worded(request, "desk.lis_plot", details), worded(request, "desk.lis_plot_about", details)
        picture = Markup(plot(found["days"], title=title, description=about))  # noqa: S704  drawn by us of figures, its words escaped
    return screen(request, "listens.html", found=found, slug=slug, days=days, spans=_SPANS, picture=picture)
