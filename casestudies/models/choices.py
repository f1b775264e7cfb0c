"""Closed lists that the code branches on. What a project leader may change is a vocabulary in the registry."""

from django.db import models


class ReviewState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"
    VERIFIED = "verified", "Verified"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Precision(models.TextChoices):
    DAY = "day", "Day"
    MONTH = "month", "Month"
    YEAR = "year", "Year"


class Level(models.TextChoices):
    EU = "eu", "European Union"
    NATIONAL = "national", "National"
    REGIONAL = "regional", "Regional"
    LOCAL = "local", "Local"


class Attitude(models.TextChoices):
    SUPPORTIVE = "supportive", "Supportive"
    NEUTRAL = "neutral", "Neutral"
    NEGATIVE = "negative", "Negative"


class Phase(models.TextChoices):
    COMMISSIONING = "commissioning", "Commissioning"
    DESIGN = "design", "Design"
    DELIVERY = "delivery", "Delivery"
    ASSESSMENT = "assessment", "Assessment"


class Part(models.TextChoices):
    """What citizens were in one phase."""

    INITIATOR = "initiator", "Initiator"
    CO_DESIGNER = "co-designer", "Co-designer"
    CO_IMPLEMENTER = "co-implementer", "Co-implementer"
    CONSULTED = "consulted", "Consulted only"
    NONE = "none", "None"


class FactorLevel(models.TextChoices):
    ENVIRONMENT = "environment", "Environment"
    ORGANISATION = "organisation", "Organisation"
    INNOVATION = "innovation", "Innovation"
    INDIVIDUAL = "individual", "Individual"


class Side(models.TextChoices):
    ORGANISATION = "organisation", "Organisation"
    CITIZEN = "citizen", "Citizen"


class Direction(models.TextChoices):
    DRIVER = "driver", "Driver"
    BARRIER = "barrier", "Barrier"
    BOTH = "both", "Both"


class Aim(models.TextChoices):
    EFFECTIVENESS = "effectiveness", "Effectiveness"
    EFFICIENCY = "efficiency", "Efficiency"
    SATISFACTION = "satisfaction", "Satisfaction"
    INVOLVEMENT = "involvement", "Involvement"
    OTHER = "other", "Other"


class Survival(models.TextChoices):
    RUNNING = "running", "Running"
    CHANGED = "changed", "Changed"
    ENDED = "ended", "Ended"
    UNKNOWN = "unknown", "Unknown"


class Effect(models.TextChoices):
    """What a complaint record is claimed to have done to the case."""

    TRIGGERED = "triggered", "Triggered it"
    SPEEDED = "speeded", "Speeded it up"
    SHAPED = "shaped", "Shaped it"
    NONE = "none", "No effect"
    BLOCKED = "blocked", "Blocked it"


class Grade(models.TextChoices):
    """How well a claim is supported."""

    STRONG = "strong", "Strong: documents and people agree"
    MODERATE = "moderate", "Moderate: one independent source"
    WEAK = "weak", "Weak: one interested source"
    ASSERTED = "asserted", "Asserted only"


class EventStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"
    POSTPONED = "postponed", "Postponed"


class Mode(models.TextChoices):
    IN_PERSON = "in-person", "In person"
    ONLINE = "online", "Online"
    BOTH = "both", "In person and online"


class Openness(models.TextChoices):
    OPEN = "open", "Open to all"
    TARGETED = "open-targeted", "Open, with targeted effort"
    LIMITED = "limited", "Limited"


class Selection(models.TextChoices):
    CAPTIVE = "captive", "Captive"
    RANDOM = "random", "Random"
    STRATIFIED = "stratified-random", "Stratified random"
    APPOINTMENT = "appointment", "Appointment"
    ELECTION = "election", "Election"
    SELF_SELECTED = "self-selected", "Self-selected"


class Facilitation(models.TextChoices):
    PROFESSIONAL = "professional", "Professional"
    TRAINED_LAY = "trained-lay", "Trained lay person"
    UNTRAINED = "untrained", "Untrained"
    NONE = "none", "None"


class Confidence(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Decision(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    PARTLY = "partly", "Accepted in part"
    REJECTED = "rejected", "Rejected"
    NO_REPLY = "no-reply", "No reply"


class NoteKind(models.TextChoices):
    OBSERVATION = "observation", "Observation"
    INTERVIEW = "interview", "Interview"
    DOCUMENT = "document", "Document"
    MEMO = "memo", "Memo"
    REFLECTION = "reflection", "Reflection"


class Sensitivity(models.TextChoices):
    """Who in the owning organisation reads a note; nobody outside does."""

    NORMAL = "normal", "Normal: everyone in my organisation"
    SENSITIVE = "sensitive", "Sensitive: those who do fieldwork, coding or data"
    CONFIDENTIAL = "confidential", "Confidential: me and the leads"


class ConsentScope(models.TextChoices):
    INTERVIEW = "interview", "Interview for research"
    RECORDING = "recording", "Audio or photographs"
    QUOTATION = "quotation", "Quotation under the pseudonym"
    REUSE = "reuse", "Reuse by the consortium"
    ARCHIVE = "archive", "Archive after the project"
