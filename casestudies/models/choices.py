"""Closed lists that the code branches on. What a project leader may change is a vocabulary in the registry."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    VERIFIED = "verified", _("Verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Precision(models.TextChoices):
    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


class Level(models.TextChoices):
    EU = "eu", _("European Union")
    NATIONAL = "national", _("National")
    REGIONAL = "regional", _("Regional")
    LOCAL = "local", _("Local")


class Attitude(models.TextChoices):
    SUPPORTIVE = "supportive", _("Supportive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")


class Phase(models.TextChoices):
    COMMISSIONING = "commissioning", _("Commissioning")
    DESIGN = "design", _("Design")
    DELIVERY = "delivery", _("Delivery")
    ASSESSMENT = "assessment", _("Assessment")


class Part(models.TextChoices):
    """What citizens were in one phase."""

    INITIATOR = "initiator", _("Initiator")
    CO_DESIGNER = "co-designer", _("Co-designer")
    CO_IMPLEMENTER = "co-implementer", _("Co-implementer")
    CONSULTED = "consulted", _("Consulted only")
    NONE = "none", _("None")


class FactorLevel(models.TextChoices):
    ENVIRONMENT = "environment", _("Environment")
    ORGANISATION = "organisation", _("Organisation")
    INNOVATION = "innovation", _("Innovation")
    INDIVIDUAL = "individual", _("Individual")


class Side(models.TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    CITIZEN = "citizen", _("Citizen")


class Direction(models.TextChoices):
    DRIVER = "driver", _("Driver")
    BARRIER = "barrier", _("Barrier")
    BOTH = "both", _("Both")


class Aim(models.TextChoices):
    EFFECTIVENESS = "effectiveness", _("Effectiveness")
    EFFICIENCY = "efficiency", _("Efficiency")
    SATISFACTION = "satisfaction", _("Satisfaction")
    INVOLVEMENT = "involvement", _("Involvement")
    OTHER = "other", _("Other")


class Survival(models.TextChoices):
    RUNNING = "running", _("Running")
    CHANGED = "changed", _("Changed")
    ENDED = "ended", _("Ended")
    UNKNOWN = "unknown", _("Unknown")


class Effect(models.TextChoices):
    """What a complaint record is claimed to have done to the case."""

    TRIGGERED = "triggered", _("Triggered it")
    SPEEDED = "speeded", _("Speeded it up")
    SHAPED = "shaped", _("Shaped it")
    NONE = "none", _("No effect")
    BLOCKED = "blocked", _("Blocked it")


class Grade(models.TextChoices):
    """How well a claim is supported."""

    STRONG = "strong", _("Strong: documents and people agree")
    MODERATE = "moderate", _("Moderate: one independent source")
    WEAK = "weak", _("Weak: one interested source")
    ASSERTED = "asserted", _("Asserted only")


class EventStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")
    POSTPONED = "postponed", _("Postponed")


class Mode(models.TextChoices):
    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    BOTH = "both", _("In person and online")


class Openness(models.TextChoices):
    OPEN = "open", _("Open to all")
    TARGETED = "open-targeted", _("Open, with targeted effort")
    LIMITED = "limited", _("Limited")


class Selection(models.TextChoices):
    CAPTIVE = "captive", _("Captive")
    RANDOM = "random", _("Random")
    STRATIFIED = "stratified-random", _("Stratified random")
    APPOINTMENT = "appointment", _("Appointment")
    ELECTION = "election", _("Election")
    SELF_SELECTED = "self-selected", _("Self-selected")


class Facilitation(models.TextChoices):
    PROFESSIONAL = "professional", _("Professional")
    TRAINED_LAY = "trained-lay", _("Trained lay person")
    UNTRAINED = "untrained", _("Untrained")
    NONE = "none", _("None")


class Confidence(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Decision(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    PARTLY = "partly", _("Accepted in part")
    REJECTED = "rejected", _("Rejected")
    NO_REPLY = "no-reply", _("No reply")


class NoteKind(models.TextChoices):
    OBSERVATION = "observation", _("Observation")
    INTERVIEW = "interview", _("Interview")
    DOCUMENT = "document", _("Document")
    MEMO = "memo", _("Memo")
    REFLECTION = "reflection", _("Reflection")


class Sensitivity(models.TextChoices):
    """Who in the owning organisation reads a note; nobody outside does."""

    NORMAL = "normal", _("Normal: everyone in my organisation")
    SENSITIVE = "sensitive", _("Sensitive: those who do fieldwork, coding or data")
    CONFIDENTIAL = "confidential", _("Confidential: me and the leads")


class ConsentScope(models.TextChoices):
    INTERVIEW = "interview", _("Interview for research")
    RECORDING = "recording", _("Audio or photographs")
    QUOTATION = "quotation", _("Quotation under the pseudonym")
    REUSE = "reuse", _("Reuse by the consortium")
    ARCHIVE = "archive", _("Archive after the project")
