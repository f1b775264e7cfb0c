"""Recipes of nouns that every room shares."""

from imports.recipes.organisations import ORGANISATIONS

RECIPES = (ORGANISATIONS,)
