"""The description of the API, and whether the API is as described."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from audiopub.web.api import routers
from audiopub.web.api.description import described
from audiopub.web.guard import every_route
from benchmarks.api_cases import asked
from benchmarks.api_place import opened
from tests.conftest import ROOT

DESCRIPTION = ROOT / "docs/openapi.json"


def test_the_description_is_kept_with_the_docs(api_place, golden: Callable[[Path, str], None]) -> None:
    """Whoever reads the docs reads what the service says of itself; ``--update-golden`` writes it anew."""
    golden(DESCRIPTION, json.dumps(described(api_place.app), ensure_ascii=False, indent=1) + "\n")


def test_every_route_is_described(api_place) -> None:
    """All that the API answers is in the description, each with the permission it takes, and nothing else is."""
    described_ = {(path, method.upper()) for path, methods in described(api_place.app)["paths"].items() for method in methods}
    there = {(re.sub(r":path}", "}", route.path), method) for route in every_route(api_place.app) if route.surface == "api" for method in route.methods}
    assert described_ == there
    for path, methods in described(api_place.app)["paths"].items():
        for method, operation in methods.items():
            is_public = path.endswith(("healthz", "readyz"))
            assert ("security" not in operation) is is_public, (path, method)
            assert is_public or operation["x-permission"] in {"read", "edit", "publish", "admin"}


def test_operations_have_names_and_words(api_place) -> None:
    """Generated clients have readable methods; every refusal has an example with its code."""
    found = described(api_place.app)
    operations = [operation for methods in found["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) == sum(len(router.routes) for router in routers)
    for operation in operations:
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
        assert operation["description"] and operation["tags"]
        assert {"401", "404", "422", "429", "503"} <= set(operation["responses"])
        for status, told in operation["responses"].items():
            content = found["components"]["responses"].get(told.get("$ref", "").rpartition("/")[2], told).get("content", {})
            if "application/problem+json" in content:
                example = content["application/problem+json"]["example"]
                assert example["status"] == int(status) and example["code"]


def test_the_description_holds_no_secret(api_place) -> None:
    said = json.dumps(described(api_place.app))
    assert api_place.token not in said and str(api_place.settings.state) not in said


def test_the_description_is_for_those_who_may_read(api_place, client) -> None:
    assert client.get("/openapi.json").json()["info"]["title"] == "audiopub"
    with api_place.client("apk_falsch") as nobody:
        assert nobody.get("/openapi.json").status_code == 401
        assert nobody.get("/docs").status_code == 401


def test_answers_are_as_described(tmp_path) -> None:
    """Some hundred requests, right and wrong ones, and what its links lead to: no server error, nothing that is not described.

    ``benchmarks/api_cases.py`` asks thousands.
    """
    home = tmp_path / "home"
    home.mkdir()
    with opened(home, limits=False) as place:
        found = asked(place, place.seed(4), tmp_path, examples=3, phases="fuzzing,stateful")
    assert found.cases >= 150, found.said
    assert found.failures == (), found.said
    assert found.server_errors == 0
    assert {200, 404, 422} <= set(found.statuses)
