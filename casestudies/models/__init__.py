"""Case studies, co-creation events, contributions, field notes and consent."""

from casestudies.models.attachments import Attachment, NoteAttachment
from casestudies.models.cases import CaseStudy
from casestudies.models.consent import Consent, Informant
from casestudies.models.events import CoCreationEvent, Contribution, Participation
from casestudies.models.notes import EarlierConflictText, FieldNote, FieldNoteVersion, NoteConflict
from casestudies.models.parts import (
    Actor,
    CasePart,
    CitizenRole,
    Factor,
    Objective,
    Outcome,
    RecordLink,
    SurvivalObservation,
)

__all__ = [
    "Actor",
    "Attachment",
    "CasePart",
    "CaseStudy",
    "CitizenRole",
    "CoCreationEvent",
    "Consent",
    "Contribution",
    "EarlierConflictText",
    "Factor",
    "FieldNote",
    "FieldNoteVersion",
    "Informant",
    "NoteAttachment",
    "NoteConflict",
    "Objective",
    "Outcome",
    "Participation",
    "RecordLink",
    "SurvivalObservation",
]
