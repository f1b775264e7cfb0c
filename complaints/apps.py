from django.apps import AppConfig

from imports.recipe import register


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        from complaints.recipes import RECIPES  # noqa: PLC0415 -- models exist only from here on

        for recipe in RECIPES:
            register(recipe)
