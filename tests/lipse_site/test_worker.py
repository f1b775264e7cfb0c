"""The worker of tests and of the site: a queued task is done, and probes show it."""

import json

from lipse_site import broker
from lipse_site.health import CHECKS, OK
from lipse_site.tasks import canary


def test_a_queued_task_is_done_by_the_worker(worker):
    canary.delay()
    worker.finish()
    assert broker.connect().get(broker.CANARY_KEY) is not None


def test_the_site_is_ready_when_database_broker_worker_and_migrations_are(worker, client):
    canary.delay()
    worker.finish()
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert json.loads(answer.content) == {"ready": True, "checks": dict.fromkeys(CHECKS, OK)}


def test_without_a_worker_the_site_is_alive_and_not_ready(db, client):
    broker.connect().delete(broker.CANARY_KEY)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"]["worker"] == "No worker has finished a task yet."
    assert client.get("/healthz").status_code == 200


def test_a_worker_silent_for_a_minute_is_noticed(db, client):
    broker.connect().set(broker.CANARY_KEY, "1000")
    assert "No worker has finished a task for" in json.loads(client.get("/readyz").content)["checks"]["worker"]
