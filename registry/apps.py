from django.apps import AppConfig
from django.db.models.signals import post_migrate

from imports.recipe import register


class RegistryConfig(AppConfig):
    name = "registry"

    def ready(self) -> None:
        from registry.recipes import RECIPES  # noqa: PLC0415 -- models exist only from here on
        from registry.selectors import programme_terms  # noqa: PLC0415 -- for the same reason
        from rest.vocabularies import register_reader  # noqa: PLC0415 -- it has a model

        register_reader(programme_terms)
        for recipe in RECIPES:
            register(recipe)
        post_migrate.connect(_load_shipped, sender=self, dispatch_uid="registry.shipped")


def _load_shipped(**signal: object) -> None:
    # Models can only be imported when every app is ready.
    from registry.shipped import load_shipped  # noqa: PLC0415

    load_shipped(**signal)
