"""Slugs of the vocabularies that case studies use, and the default terms. Project leaders edit the terms."""

from rest.vocabularies import STRAND, THEME

ACTOR_GROUP = "actor-group"
INNOVATION_TYPE = "innovation-type"
NEWNESS = "innovation-newness"
ICT_ROLE = "ict-role"
EVENT_FORMAT = "event-format"
INTERACTION = "interaction-method"
DECISION_METHOD = "decision-method"
CONTRIBUTION_KIND = "contribution-kind"

# Scales of influence, shared by all rooms: the registry ships them.
INFLUENCE = "participation-level"
ARNSTEIN = "arnstein-ladder"
SPECTRUM = "iap2-spectrum"
SCALES = {INFLUENCE: "Five steps", ARNSTEIN: "Arnstein", SPECTRUM: "IAP2"}
# Also shipped by the registry: all rooms are cut by them.
CUTS = (THEME, STRAND)

# slug -> (name, source, [(key, English label), ...])
DEFAULTS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    ACTOR_GROUP: (
        "Groups of actors",
        "",
        [
            ("citizen", "Citizen or user"),
            ("family", "Family or carer"),
            ("front-line-staff", "Front-line staff"),
            ("manager", "Manager"),
            ("politician", "Politician"),
            ("ngo", "NGO"),
            ("firm", "Firm"),
            ("expert", "Expert"),
            ("researcher", "Researcher"),
            ("facilitator", "Facilitator"),
        ],
    ),
    INNOVATION_TYPE: (
        "Types of innovation",
        "",
        [
            ("product-service", "Product or service"),
            ("process", "Process"),
            ("governance", "Governance"),
            ("conceptual", "Conceptual"),
        ],
    ),
    NEWNESS: (
        "Newness of the innovation: needs by skills",
        "",
        [
            ("incremental", "Incremental: same needs, same skills"),
            ("expansionary", "Expansionary: new needs, same skills"),
            ("evolutionary", "Evolutionary: same needs, new skills"),
            ("total", "Total: new needs, new skills"),
        ],
    ),
    ICT_ROLE: (
        "Role of ICT",
        "",
        [
            ("none", "None"),
            ("supporting", "Supporting"),
            ("enabling", "Enabling"),
            ("central", "The innovation itself"),
        ],
    ),
    EVENT_FORMAT: (
        "Formats of co-creation events",
        "",
        [
            ("workshop", "Workshop"),
            ("citizens-panel", "Citizens' panel or jury"),
            ("citizens-assembly", "Citizens' assembly"),
            ("hearing", "Hearing"),
            ("living-lab", "Living lab"),
            ("hackathon", "Hackathon"),
            ("focus-group", "Focus group"),
            ("participatory-budget", "Participatory budget"),
            ("survey", "Survey"),
            ("walk-through", "Walk-through"),
            ("advisory-board", "Advisory board"),
            ("online-platform", "Online platform"),
        ],
    ),
    INTERACTION: (
        "Ways people interacted",
        "",
        [
            ("plenary", "Plenary discussion"),
            ("small-groups", "Small groups"),
            ("questions", "Questions and answers"),
            ("making", "Making or prototyping"),
            ("stories", "Telling stories"),
            ("written", "Writing and commenting"),
        ],
    ),
    DECISION_METHOD: (
        "Ways things were decided",
        "",
        [
            ("opinion-survey", "Opinion survey"),
            ("idea-generation", "Idea generation"),
            ("consensus", "Consensus"),
            ("voting", "Voting"),
            ("not-applicable", "Nothing was decided"),
        ],
    ),
    CONTRIBUTION_KIND: (
        "Kinds of contributions",
        "",
        [
            ("idea", "Idea"),
            ("complaint", "Complaint"),
            ("proposal", "Proposal"),
            ("vote", "Vote"),
            ("comment", "Comment"),
            ("story", "Story"),
        ],
    ),
}
