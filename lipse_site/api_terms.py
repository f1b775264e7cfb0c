"""The terms of all rooms, for the OpenAPI document."""

from accounts.terms import TERMS as ACCOUNTS
from casestudies.terms import TERMS as CASE_STUDIES
from coding.terms import TERMS as CODING
from complaints.terms import TERMS as COMPLAINTS
from exports.terms import TERMS as EXPORTS
from imports.terms import TERMS as IMPORTS
from registry.terms import TERMS as REGISTRY
from rest.described_answers import JsonSchema
from rest.terms import TERMS, describe
from surveys.terms import TERMS as SURVEYS
from versions.terms import TERMS as VERSIONS

# Of two meanings of a name without its schema the first is used.
ROOMS = (CASE_STUDIES, COMPLAINTS, SURVEYS, REGISTRY, CODING, IMPORTS, EXPORTS, VERSIONS, ACCOUNTS, TERMS)
ALL = {key: text for room in reversed(ROOMS) for key, text in room.items()}


def described(result: JsonSchema, **_options: object) -> JsonSchema:
    """A hook of drf-spectacular: the document with the terms of all rooms."""
    return describe(result, ALL)
