"""Every model of long work has something that works on it, and the clock finds what nobody works on."""

import pytest
from django.apps import apps
from kombu.exceptions import OperationalError

from imports.actions import compare_imports
from imports.models import Comparison, Import
from jobs import tasks
from jobs.kinds import Kind, all_kinds, kind_named, register
from jobs.models import Job
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset


def test_each_model_of_long_work_is_registered_under_its_own_name():
    models = [model for model in apps.get_models() if issubclass(model, Job)]

    assert models
    assert {model.KIND: kind_named(model.KIND).model for model in models} == {model.KIND: model for model in models}
    assert len(all_kinds()) == len(models)


@pytest.mark.parametrize("name", ["", "Export", "a export", "x" * 17, "export (.*)"])
def test_the_name_of_a_kind_fits_into_the_name_of_a_connection(name):
    class Wrong(Kind):
        model = type("Model", (), {"KIND": name})

    with pytest.raises(ValueError, match="at most 16 small letters"):
        register(Wrong())


def test_two_kinds_of_one_name_are_refused():
    class Another(Kind):
        model = Import

    with pytest.raises(ValueError, match="two job kinds 'import'"):
        register(Another())


def test_a_kind_that_no_room_registered_is_not_run():
    with pytest.raises(KeyError):
        tasks.run("no-such-kind", 1)


def test_without_a_broker_a_job_waits_for_the_clock(job, monkeypatch, caplog):
    def away(*args, **options):
        raise OperationalError

    monkeypatch.setattr(tasks.run, "apply_async", away)

    tasks.wake_worker(job)

    assert f"comparison {job.pk} waits for the reconciler" in caplog.text


def test_a_job_whose_message_was_lost_is_found_by_the_clock(worker, alpha, bob, monkeypatch):
    dataset = make_dataset(alpha, by=bob)
    older, newer = (import_bytes(dataset, csv_of(letters(count)), by=bob) for count in (3, 4))
    monkeypatch.setattr("imports.actions.comparing.wake_worker", lambda job: None)
    found = compare_imports(older=older, newer=newer, by=bob)

    tasks.reconcile.delay()

    worker.until(lambda: Comparison.objects.get(pk=found.pk).state == "finished")
