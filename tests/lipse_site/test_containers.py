"""The containers: the description is well formed, stores what must survive, and starts the program's processes."""

import re

import jsonschema
import pytest
import yaml

from tests.house.code import PROJECT

TEXTS = {"type": "array", "items": {"type": "string"}}
DURATION = {"type": "string", "pattern": "^[0-9]+[sm]$"}
# What we use of the compose specification, and no word beside it.
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image"],
    "properties": {
        "build": {"type": "string"}, "image": {"type": "string"}, "restart": {"enum": ["no", "unless-stopped"]},
        "user": {"type": "string"}, "read_only": {"type": "boolean"}, "tmpfs": TEXTS, "cap_drop": TEXTS,
        "security_opt": TEXTS, "command": TEXTS, "ports": TEXTS, "volumes": TEXTS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "shm_size": {"type": "string", "pattern": "^[0-9]+mb$"},
        "stop_grace_period": DURATION,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object", "required": ["condition"], "additionalProperties": False,
                "properties": {
                    "condition": {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
                },
            },
        },
        "healthcheck": {
            "type": "object", "required": ["test"], "additionalProperties": False,
            "properties": {
                "test": {**TEXTS, "minItems": 2, "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}]},
                "retries": {"type": "integer"},
                "interval": DURATION, "timeout": DURATION, "start_period": DURATION,
            },
        },
    },
}  # fmt: skip
COMPOSE = {
    "type": "object",
    "required": ["services"],
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "properties": {
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


def test_the_description_is_well_formed(compose):
    jsonschema.validate(compose, COMPOSE)
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"]


def test_ours_run_without_rights_and_the_rest_is_not_published(compose):
    for name in ("prepare", "web", "worker", "beat"):
        service = compose["services"][name]
        assert service["user"] == "10001"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert published == ["127.0.0.1:8000:8000"]


def test_secrets_come_from_the_environment_and_have_no_default():
    text = (PROJECT / "docker-compose.yml").read_text()
    for name in ("POSTGRES_PASSWORD", "LIPSE_SECRET_KEY", "LIPSE_ALLOWED_HOSTS"):
        assert set(re.findall(rf"\$\{{{name}(:[^}}]*)\}}", text)) == {":?"}


def test_web_worker_database_and_broker_are_asked_how_they_are(compose):
    assert {name for name, service in compose["services"].items() if "healthcheck" in service} == {
        "web", "worker", "database", "broker",
    }  # fmt: skip


def test_the_containers_start_what_make_run_starts(compose):
    source = (PROJECT / "lipse_site/serving.py").read_text()
    program, option, configuration, application = compose["services"]["web"]["command"]
    assert (program, option, application) == ("gunicorn", "--config", "lipse_site.wsgi")
    assert f'"{configuration}"' in source
    for service, worker in (("worker", '_celery("worker", "--concurrency"'), ("beat", '_celery("beat")')):
        command = compose["services"][service]["command"]
        assert command[:4] == ["celery", "--quiet", "--app", "lipse_site.celery"]
        assert command[4] == service
        assert worker in source


def test_the_image_has_an_ordinary_user_and_the_lock():
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert "USER lipse" in lines
    assert "RUN python bootstrap.py" in lines
