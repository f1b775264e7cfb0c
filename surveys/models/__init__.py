"""Questionnaires, how they were taken to the field, and what came back."""

from surveys.models.fieldwork import Fieldwork, Respondent, Wave
from surveys.models.questionnaires import (
    Choice,
    ChoiceList,
    Item,
    Questionnaire,
    QuestionnaireVersion,
    Scale,
    Section,
)
from surveys.models.responses import Answer, Response

__all__ = [
    "Answer",
    "Choice",
    "ChoiceList",
    "Fieldwork",
    "Item",
    "Questionnaire",
    "QuestionnaireVersion",
    "Respondent",
    "Response",
    "Scale",
    "Section",
    "Wave",
]
