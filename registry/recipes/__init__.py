"""Recipes of this room's files."""

from registry.recipes.organisations import ORGANISATIONS

RECIPES = (ORGANISATIONS,)
