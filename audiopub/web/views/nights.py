"""The nights: what became of each article that the sources listed, why, and what can still be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form, Request, Response

from audiopub.desk.model import name_of
from audiopub.errors import AudiopubError
from audiopub.jobs.report import Line, Report, problems
from audiopub.jobs.report_json import from_plain
from audiopub.jobs.wording import figures, headline, length, named, one_line, reason
from audiopub.messages import Language
from audiopub.people import Actor, Permission
from audiopub.web.guard import GuardedRouter, Signed
from audiopub.web.pages import onward
from audiopub.web.views.at_hand import desk_of, language_of, screen, sentence_of, worded

router = GuardedRouter(surface="desk")

_OPEN = frozenset({"queued", "running", "waiting"})
_BAD = frozenset({"failed", "held", "parked"})
_KINDS = {
    "published": "ok", "updated": "ok", "held": "warn", "failed": "stop", "parked": "stop", "cancelled": "stop", "embargoed": "info",
}  # fmt: skip
_STATES = {
    "queued": ("neutral", "job.state_queued"), "running": ("info", "job.state_running"), "waiting": ("info", "job.state_waiting"), "done": ("ok", "job.state_done"),
    "held": ("warn", "job.state_held"), "failed": ("stop", "job.state_failed"), "cancelled": ("neutral", "job.state_cancelled"), "parked": ("stop", "job.state_parked"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article of a night."""

    title: str
    source: str
    address: str
    """Of the newspaper's page; empty where it is none that a browser should follow."""

    kind: str
    """Of its chip."""

    word: str
    why: str = ""
    length: str = ""
    name: str = ""
    """Of the article at the desk; empty where it is not there."""

    job: str = ""
    """That can be tried again; empty for none."""


@router.get("/nights", permission=Permission.READ)
def nights(request: Request, actor: Signed, show: str = "") -> Response:
    """List the latest nights."""
    return _listed(request, actor, show)


@router.post("/nights", permission=Permission.PUBLISH)
def begin(request: Request, actor: Signed, show: Annotated[str, Form(max_length=100)]) -> Response:
    """Begin the night of a show now."""
    try:
        job = desk_of(request).begin_night(actor, show)
    except AudiopubError as error:
        return _listed(request, actor, "", error=error)
    return onward(request, f"/desk/nights/{job['id']}", told="desk.night_begun")


@router.get("/nights/{job}", permission=Permission.READ)
def night(request: Request, actor: Signed, job: str) -> Response:
    """Show one night: its report where it has ended, else how far each article is."""
    return _one(request, actor, job, "night.html")


@router.get("/nights/{job}/live", permission=Permission.READ)
def live(request: Request, actor: Signed, job: str) -> Response:
    """Give how far a night is; what asks loads the page again once it has ended."""
    return _one(request, actor, job, "_night.html")


@router.post("/nights/{job}/retry", permission=Permission.PUBLISH)
def retry(request: Request, actor: Signed, job: str, article: Annotated[str, Form(max_length=200)]) -> Response:
    """Try an article of a night again."""
    try:
        desk_of(request).retry(actor, article)
    except AudiopubError as error:
        return _one(request, actor, job, "night.html", error=error)
    return onward(request, f"/desk/nights/{job}", told="desk.night_again")


def _listed(request: Request, actor: Actor, show: str, *, error: AudiopubError | None = None) -> Response:
    desk = desk_of(request)
    found = [one for one in desk.nights(actor, limit=60) if not show or one["show"] == show]
    rows = [(one, _STATES[one["state"]], one["outcome"]) for one in found]
    return screen(
        request, "nights.html", status=422 if error else 200, rows=rows, titles=dict(desk.shows()), problem=sentence_of(request, error), workers=desk.workers(),
        running=any(one["state"] in _OPEN for one in found),
    )  # fmt: skip


def _one(request: Request, actor: Actor, job: str, template: str, *, error: AudiopubError | None = None) -> Response:
    desk, language = desk_of(request), language_of(request)
    found = desk.night(actor, job)
    report = from_plain(found["report"]) if found["report"] else None
    is_open = found["state"] in _OPEN
    jobs = {child["id"]: child for child in found["jobs"]}
    left = tuple(problems(report)) if report else ()
    rows = [_row(report, line, language, jobs) for line in report.lines if line not in left] if report else [_child(request, child) for child in found["jobs"]]
    done = sum(child["state"] not in _OPEN for child in found["jobs"])
    return screen(
        request, template, status=422 if error else 200, headers={"HX-Refresh": "true"} if template.endswith("_night.html") and not is_open else None,
        night=found, title=dict(desk.shows()).get(found["show"], found["show"]), rows=rows,
        left=[_row(report, line, language, jobs) for line in left] if report else [], is_open=is_open, done_count=done, of=len(found["jobs"]),
        state=_STATES[found["state"]], figures=[(one.value, one.label) for one in figures(report, language)] if report else [],
        headline=headline(report, language) if report else "", why=_why(request, found), problem=sentence_of(request, error), workers=desk.workers(),
    )  # fmt: skip


def _row(report: Report, line: Line, language: Language, jobs: Mapping[str, Mapping[str, Any]]) -> Row:
    is_bad = line.outcome in {*_BAD, "cancelled"}
    again = line.job if is_bad and line.job in jobs else ""
    return Row(
        title=one_line(line.title or line.source), source=line.source, address=_address(line.source), kind=_KINDS.get(line.outcome, "neutral"),
        word=named(line, language),
        why=reason(line, language) if is_bad else "", length=length(line.duration_ms) if line.duration_ms else "",
        name=name_of(report.show, line.episode) if line.episode else "", job=again,
    )  # fmt: skip


def _child(request: Request, job: Mapping[str, Any]) -> Row:
    """Give an article of a night that is still under way."""
    kind, key = _STATES[job["state"]]
    is_bad = job["state"] in _BAD
    episode = str(job["outcome"].get("episode", ""))
    return Row(
        title=one_line(job["title"] or job["source"]), source=job["source"], address=_address(job["source"]), kind=kind, word=worded(request, key, {}),
        why=_why(request, job) if is_bad else "", name=name_of(job["show"], episode) if episode else "", job=job["id"] if is_bad else "",
    )  # fmt: skip


def _why(request: Request, job: Mapping[str, Any]) -> str:
    code = str(job["outcome"].get("code", ""))
    details = job["outcome"].get("details", {})
    return worded(request, code, details if isinstance(details, Mapping) else {}) if code else ""


def _address(source: str) -> str:
    return source if source.startswith(("https://", "http://")) else ""
