from django.apps import AppConfig
from django.db.models.signals import post_migrate

from imports.recipe import register


def _install_vocabularies(**kwargs: object) -> None:
    # Here, because models cannot be imported before the registry of apps is full.
    from casestudies.jobs import install_vocabularies  # noqa: PLC0415

    install_vocabularies()


class CaseStudiesConfig(AppConfig):
    name = "casestudies"

    def ready(self) -> None:
        # Here, because models exist only from here on.
        from casestudies.erasing import ERASABLES, delete_erased_files  # noqa: PLC0415
        from casestudies.erasing_in_imports import ERASABLE_ROWS, places_in_imports  # noqa: PLC0415
        from casestudies.pointing import KINDS, RECORD, citations_of_records  # noqa: PLC0415
        from casestudies.recipes import RECIPES  # noqa: PLC0415
        from versions.erasing import register_after_final, register_erasable, register_places  # noqa: PLC0415
        from versions.pointing import register_citations, register_kind  # noqa: PLC0415

        for recipe in RECIPES:
            register(recipe)
        for kind in KINDS:
            register_kind(kind)
        register_citations(RECORD, citations_of_records)
        for erasable in (*ERASABLES, ERASABLE_ROWS):
            register_erasable(erasable)
        register_places(places_in_imports)
        register_after_final(delete_erased_files)
        # After migrating, and after a test emptied the tables: a default vocabulary is there unless someone made it.
        post_migrate.connect(_install_vocabularies, sender=self, dispatch_uid="casestudies.vocabularies")
