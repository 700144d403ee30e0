"""Traces of jobs, where the extra ``otel`` is installed: spans of workflows and steps come to a collector, and nothing of what is worked on is in them."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROGRAM = """
import json, sys, threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from audiopub.jobs.engine import Engine
from audiopub.jobs.model import Job, JobState, Kind, Order, Queue

heard = []

class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
ended = threading.Event()

def workflow(steps, run):
    steps.step("speak", lambda: "a sentence of an article")
    ended.set()

engine = Engine(f"sqlite:///{sys.argv[1]}", "worker-1", {"render.v1": workflow}, {Queue.EDITOR: 1}, traces=f"http://127.0.0.1:{server.server_address[1]}/v1/traces")
engine.launch()
order = Order(kind=Kind.RENDER, show="ban-tin", queue=Queue.EDITOR, now=datetime.now().astimezone(), source="https://bao.example/1")
engine.enqueue(Job(id="render-1", order=order, state=JobState.QUEUED), "render.v1")
assert ended.wait(60)
while engine.busy:
    ended.wait(0.01)
engine.close()
trace.get_tracer_provider().shutdown()
spans = []
for _, body in heard:
    request = ExportTraceServiceRequest()
    request.ParseFromString(body)
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                spans.append({"name": span.name, **{one.key: one.value.string_value for one in span.attributes}})
print(json.dumps({"paths": sorted({path for path, _ in heard}), "spans": spans, "leaks": any(b"sentence" in body or b"bao.example" in body for _, body in heard)}))
"""


def test_spans_of_a_job_come_to_a_collector(tmp_path: Path) -> None:
    """Each step and the workflow itself, under the id of the job's run."""
    try:
        found = importlib.util.find_spec("opentelemetry.exporter.otlp.proto.http")
    except ModuleNotFoundError:
        found = None
    if found is None:
        pytest.skip("the extra otel is not installed")
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path / "jobs.sqlite")], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["paths"] == ["/v1/traces"] and not told["leaks"]
    assert {"speak", "render.v1"} <= {span["name"] for span in told["spans"]}
    assert {"render-1.1"} == {value for span in told["spans"] for key, value in span.items() if key in {"operationUUID", "dbos.operation.workflow_id"}}
