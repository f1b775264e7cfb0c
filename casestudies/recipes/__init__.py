"""How files of case studies and of contributions are read."""

from casestudies.recipes.cases import CASE_STUDIES
from casestudies.recipes.contributions import CONTRIBUTIONS

RECIPES = (CASE_STUDIES, CONTRIBUTIONS)
