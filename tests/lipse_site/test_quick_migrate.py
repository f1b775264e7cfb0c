"""What a first start renders quickly is what Django renders."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from lipse_site.management.quick_migrate import quick_migrate


def rendered(state):
    """Columns, constraints, indexes, triggers and what points to it, of each model by its label."""
    return {
        model._meta.label: (
            {field.column: field.db_parameters(connection) for field in model._meta.local_fields},
            sorted(field.name for field in model._meta.local_many_to_many),
            sorted(constraint.name for constraint in model._meta.constraints),
            sorted(index.name for index in model._meta.indexes),
            sorted(trigger.name for trigger in getattr(model._meta, "triggers", ())),
            sorted(str(relation.field) for relation in model._meta.related_objects),
        )
        for model in state.apps.get_models(include_auto_created=True)
    }


def test_quick_migrations_render_the_models_that_django_renders(db):
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    quick = ProjectState(real_apps=executor.loader.unmigrated_apps)
    with quick_migrate():
        rendered(quick)
        for migration, _ in plan:
            quick = migration.mutate_state(quick, preserve=False)

    found, expected = rendered(quick), rendered(executor.loader.project_state())

    assert found.keys() == expected.keys()
    assert [label for label in expected if found[label] != expected[label]] == []


def test_outside_a_first_start_migrate_is_djangos(db):
    before = ProjectState.add_model
    with quick_migrate():
        assert ProjectState.add_model is not before
    assert ProjectState.add_model is before
