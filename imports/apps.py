from django.apps import AppConfig

from imports.recipe import register


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        from imports.recipes import RECIPES  # noqa: PLC0415 -- models exist only from here on

        for recipe in RECIPES:
            register(recipe)
