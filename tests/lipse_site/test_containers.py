"""The containers: the description is well formed, stores what must survive, and starts the program's processes."""

import os
import re
import subprocess

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
        "mem_limit": {"type": "string", "pattern": "^([0-9]+[mg]|[$]{[A-Z_]+:-[0-9]+[mg]})$"},
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


def test_every_container_says_how_much_memory_it_may_use(compose):
    assert all("mem_limit" in service for service in compose["services"].values())
    for service in compose["services"].values():
        assert all("size=" in folder for folder in service.get("tmpfs", ()))


def test_uploads_wait_in_the_volume_and_not_in_memory(compose):
    for name in ("prepare", "web", "worker", "beat"):
        service = compose["services"][name]
        assert service["environment"]["TMPDIR"] == "/data/tmp"
        assert "data:/data" in service["volumes"]
    assert "mkdir -p /data/tmp" in compose["services"]["prepare"]["command"][-1]


def test_the_database_gets_a_quarter_of_its_memory_for_its_buffers(compose, tmp_path):
    entrypoint = tmp_path / "docker-entrypoint.sh"
    entrypoint.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    entrypoint.chmod(0o755)
    command = [part.replace("$$", "$") for part in compose["services"]["database"]["command"]]

    done = subprocess.run(
        command, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True, capture_output=True, text=True
    )

    options = dict(line.split("=") for line in done.stdout.splitlines() if "=" in line)
    buffers, cache = (int(options[name].removesuffix("MB")) for name in ("shared_buffers", "effective_cache_size"))
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    assert 0 < buffers <= machine // 4 + 1
    assert cache - 1 <= 2 * buffers + 1 <= cache + 2


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
