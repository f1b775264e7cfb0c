"""Recipes for complaint records and their parts."""

from complaints.recipes.parts import FOLLOW_UPS, ISSUES, RECOMMENDATIONS
from complaints.recipes.recommendations import RECOMMENDATION_RECORDS
from complaints.recipes.records import COMPLAINT_RECORDS, kind_hint

RECIPES = (COMPLAINT_RECORDS, RECOMMENDATION_RECORDS, ISSUES, RECOMMENDATIONS, FOLLOW_UPS)

__all__ = [
    "COMPLAINT_RECORDS", "FOLLOW_UPS", "ISSUES", "RECIPES", "RECOMMENDATIONS", "RECOMMENDATION_RECORDS", "kind_hint",
]  # fmt: skip
