"""What Prometheus is told: read from the database whenever it asks, so that no process has to be the one that counts."""

from collections.abc import Iterator
from pathlib import Path

from anyio.to_thread import run_sync
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from audiopub import __version__
from audiopub.adapters.files import write_whole
from audiopub.adapters.sql.database import Database
from audiopub.adapters.sql.figures import Figures, figures, successes
from audiopub.errors import AudiopubError
from audiopub.jobs.model import JobState, Kind, Queue

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tts_requests": ("Requests to voices, by what came of them.", ("voice", "result")),
    "tts_throttle_seconds": ("Seconds for which voices that wanted no more requests were left alone.", ("voice",)),
    "spoken_characters": ("Characters that voices were given to speak.", ("voice",)), "speaking_seconds": ("Seconds that voices took to speak them.", ("voice",)),
    "takeovers": ("Jobs taken over from workers that died.", ()),
    "cache_hits": ("Segments whose sound was in the cache.", ()), "published": ("Episodes published, or published anew.", ()),
}  # fmt: skip
"""Counters that are known: what they mean, and what the parts of their label are, which a colon divides; another one is told under its own name."""

_SECOND = 1000


class _Figures(Collector):
    """Asks the database anew for every scrape."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        found = figures(self._database)
        about = GaugeMetricFamily("audiopub_build_info", "The audiopub that answers.", labels=["version"])
        about.add_metric([__version__], 1)
        yield about
        yield from _jobs(found)
        yield GaugeMetricFamily("audiopub_workers_alive", "Workers whose heart beats.", value=found.workers)
        yield _gauge("audiopub_last_success_timestamp_seconds", "When the last night of a show ended well.", "show", _seconds(successes(found)))
        lags = {show: found.now - since if since else 0 for show, since in found.behind.items()}
        yield _gauge("audiopub_publish_lag_seconds", "For how long a feed has been behind its catalog.", "show", _seconds(lags))
        pauses = {voice: max(until - found.now, 0) for voice, until in found.paused.items()}
        yield _gauge("audiopub_tts_paused_seconds", "For how much longer a voice is left alone.", "voice", _seconds(pauses))
        yield from _counters(found)


def exposition(database: Database) -> bytes:
    """Give all figures in Prometheus's text format.

    Raises:
        TryAgain: the database was away for too long.
    """
    registry = CollectorRegistry(auto_describe=False)  # to learn the names it would ask the database once more
    registry.register(_Figures(database))
    return generate_latest(registry)


def write_textfile(database: Database, path: Path) -> None:
    """Write all figures into a file for node_exporter's textfile collector, which sees the old one or all of the new one.

    Raises:
        TryAgain: the database was away for too long, or the disk is full; the old file stays.
        ConfigInvalid: the folder cannot be written to.
    """
    write_whole(path, exposition(database))


def metrics_route(database: Database) -> Route:
    """Make the route ``/metrics``, for an application that serves other things as well."""

    async def answer(_request: Request) -> Response:
        try:
            body = await run_sync(exposition, database)
        except AudiopubError as error:
            return Response(error.code, 503, {"Cache-Control": "no-store"}, "text/plain")
        return Response(body, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})

    return Route("/metrics", answer, methods=["GET"])


def metrics_app(database: Database) -> Starlette:
    """Make an ASGI application that answers ``/metrics`` and nothing else."""
    return Starlette(routes=[metrics_route(database)])


def _jobs(found: Figures) -> Iterator[Metric]:
    counts = GaugeMetricFamily("audiopub_jobs", "Jobs that are kept, by kind and state.", labels=["kind", "state"])
    for kind in Kind:
        for state in JobState:  # also those of which there are none: an alert on what is absent never fires
            counts.add_metric([kind, state], sum(group.count for group in found.groups if (group.kind, group.state) == (kind, state)))
    yield counts
    took = SummaryMetricFamily("audiopub_job_seconds", "Time that jobs ran which are kept and have ended.", labels=["kind"])
    for kind in Kind:
        groups = [group for group in found.groups if group.kind == kind]
        took.add_metric([kind], count_value=sum(group.ran for group in groups), sum_value=sum(group.took_ms for group in groups) / _SECOND)
    yield took
    waiting = {queue: [group.asked for group in found.groups if group.queue == queue and group.state == JobState.QUEUED] for queue in Queue}
    ages = {queue.value: max(found.now - min(asked), 0) if asked else 0 for queue, asked in waiting.items()}
    yield _gauge("audiopub_queue_oldest_seconds", "How long the job that waits longest in a queue has waited.", "queue", _seconds(ages))


def _counters(found: Figures) -> Iterator[Metric]:
    others = {name: (f"The counter {name}.", ("label",)) for name, _ in found.counters if name not in _COUNTERS and name.isidentifier() and name.isascii()}
    for name, (meaning, labels) in sorted((_COUNTERS | others).items()):
        values = {under: value for (one, under), value in found.counters.items() if one == name}
        family = CounterMetricFamily(f"audiopub_{name}", meaning, labels=labels)
        if not labels:
            family.add_metric([], sum(values.values()))
        for under, value in sorted(values.items()) if labels else ():
            family.add_metric(_parts(under, len(labels)), value)
        yield family


def _parts(label: str, count: int) -> list[str]:
    """Divide a label at its last colons: a voice's own name may have some."""
    parts = label.rsplit(":", count - 1)
    return [*parts, *[""] * (count - len(parts))]


def _gauge(name: str, meaning: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for one, value in sorted(values.items()):
        family.add_metric([one], value)
    return family


def _seconds(values: dict[str, int]) -> dict[str, float]:
    return {name: value / _SECOND for name, value in values.items()}
