from django.apps import AppConfig
from django.db.models.signals import post_migrate

from imports.recipe import register, register_citations


def _install_vocabularies(**kwargs: object) -> None:
    # Here, because models cannot be imported before the registry of apps is full.
    from casestudies.jobs import install_vocabularies  # noqa: PLC0415

    install_vocabularies()


class CaseStudiesConfig(AppConfig):
    name = "casestudies"

    def ready(self) -> None:
        # Here, because models exist only from here on.
        from casestudies.recipes import RECIPES  # noqa: PLC0415
        from casestudies.selectors.citations import cited_records  # noqa: PLC0415

        for recipe in RECIPES:
            register(recipe)
        register_citations(cited_records)
        # After migrating, and after a test emptied the tables: a default vocabulary is there unless someone made it.
        post_migrate.connect(_install_vocabularies, sender=self, dispatch_uid="casestudies.vocabularies")
