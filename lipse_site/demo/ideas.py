"""Subjects of the demo's case studies, events and contributions, by policy sector. All of them are fictional."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the programme, with the language of its letters and some places with coordinates."""

    code: str
    name: str
    language: str
    places: tuple[tuple[str, float, float], ...]


COUNTRIES = (
    Country("NL", "the Netherlands", "nl", (("Rotterdam", 51.92, 4.48), ("Groningen", 53.22, 6.57))),
    Country("GB", "the United Kingdom", "en", (("Leeds", 53.80, -1.55), ("Dundee", 56.46, -2.97))),
    Country("BE", "Belgium", "fr", (("Liège", 50.63, 5.57), ("Ghent", 51.05, 3.73))),
    Country("DK", "Denmark", "da", (("Aarhus", 56.15, 10.20), ("Odense", 55.40, 10.39))),
    Country("DE", "Germany", "de", (("Bremen", 53.08, 8.80), ("Leipzig", 51.34, 12.37))),
    Country("EE", "Estonia", "et", (("Tartu", 58.38, 26.72), ("Pärnu", 58.39, 24.50))),
    Country("ES", "Spain", "es", (("Zaragoza", 41.65, -0.89), ("Vigo", 42.24, -8.72))),
    Country("FR", "France", "fr", (("Grenoble", 45.19, 5.72), ("Nantes", 47.22, -1.55))),
    Country("IT", "Italy", "it", (("Bologna", 44.49, 11.34), ("Bari", 41.12, 16.87))),
    Country("RO", "Romania", "ro", (("Cluj-Napoca", 46.77, 23.62), ("Iași", 47.16, 27.58))),
    Country("SK", "Slovakia", "en", (("Košice", 48.72, 21.26), ("Nitra", 48.31, 18.08))),
)

# Slug of the policy sector to what cases in it are about: a title and the sentence an abstract begins with.
IDEAS: dict[str, tuple[tuple[str, str], ...]] = {
    "social-welfare": (
        ("Home care planned with families", "Families and front-line staff drew up the weekly plan of home care."),
        ("Debt advice by former debtors", "People who had been in debt advised those who are, beside the officers."),
        ("A day centre run by its visitors", "Visitors took over the opening hours and the programme of a day centre."),
        ("Meals shared across a street", "Neighbours cooked for one another and the district paid for the kitchen."),
    ),
    "urban-regeneration": (
        ("A square redrawn on site", "Residents and planners drew the new square on the pavement in chalk."),
        ("A participatory budget for the harbour", "A tenth of the renewal budget was put to the vote of residents."),
        ("Empty shops as workshops", "The city lent empty shops to associations for the cost of heating."),
        ("Walks with the planners", "Planners walked the quarter with residents before a line was drawn."),
    ),
    "rural-regeneration": (
        (
            "A village shop owned by the village",
            "A cooperative of villagers opened a shop with the post and a doctor's hour.",
        ),
        ("A bus that comes when called", "Passengers and the county set the routes of a bus on demand."),
        ("Broadband dug by volunteers", "Villagers dug the trenches and the county laid the cable."),
    ),
    "environment": (
        ("Air measured at the kitchen window", "Residents measured the air with sensors that the agency calibrated."),
        ("A river contract", "Farmers, anglers and the water board agreed on the banks of a small river."),
        ("Waste sorted by the block", "Tenants decided how their block collects waste and keeps the savings."),
        ("Trees adopted by schools", "School classes chose where the new trees stand and water them."),
    ),
    "education": (
        (
            "A curriculum hour written by pupils",
            "Pupils wrote one hour a week of the curriculum together with teachers.",
        ),
        ("Parents as reading mentors", "Parents who had learned the language lately read with first-year pupils."),
        ("A school yard built by its users", "Pupils drew, priced and helped to build the yard of their school."),
    ),
    "public-procurement": (
        ("Citizens in the tender jury", "Two residents had a vote in the jury for the contract on school meals."),
        ("Innovation bought by problem", "The city published a problem instead of a product and asked for answers."),
        (
            "Social value weighed in the open",
            "The weights for social value were discussed in public before the tender.",
        ),
    ),
    "work-organisation": (
        ("Telework agreed in teams", "Each team of the agency wrote its own rules for work from home."),
        ("A desk without hierarchy", "Front-line staff set the shifts and the rules of the citizens' desk themselves."),
        ("Ideas from the counter", "Clerks proposed a change a month and tried it for a week with citizens."),
    ),
}

EVENTS = (
    ("Opening hearing", "hearing"),
    ("Design workshop", "workshop"),
    ("Walk through the quarter", "walk-through"),
    ("Citizens' panel", "citizens-panel"),
    ("Focus group with staff", "focus-group"),
    ("Living lab session", "living-lab"),
    ("Closing assembly", "citizens-assembly"),
)

CONTRIBUTIONS = (
    ("idea", "Put the benches where the evening sun is.", "Accepted, and built in the first phase."),
    ("proposal", "Open the desk one evening a week.", "Tried for three months, then kept."),
    (
        "complaint",
        "The letters cannot be understood without a lawyer.",
        "The letters were rewritten with a panel of readers.",
    ),
    ("story", "I found out about the meeting when it was over.", "Invitations now go to every door."),
    ("idea", "Let the children count the cars.", "Partly taken up: two schools did."),
    ("proposal", "Publish what each measure costs.", "Rejected, since prices are under negotiation."),
    ("comment", "Nobody from the north side was in the room.", ""),
)

NOTES = (
    (
        "observation",
        "At the workshop",
        "Forty chairs, twenty-three people. The chair spoke for half an hour; when the tables were left alone "
        "the drawings came quickly. Two people left after the break. The officer wrote down every idea and "
        "read them back, which changed the mood in the room.",
    ),
    (
        "interview",
        "With a front-line worker",
        "She says the rule is good but nobody told the counter. What she would change: the first letter. "
        "Asked whether citizens decide anything, she laughed, then named two decisions that were theirs.",
    ),
    (
        "reflection",
        "After the third visit",
        "The project speaks of co-design, yet the budget was closed before the first meeting. Influence "
        "claimed and influence I would assess are far apart here. To check: minutes of the steering group.",
    ),
    (
        "memo",
        "Access and ethics",
        "Consent forms signed by all but one, who agreed to be heard and not quoted. Recordings are with the "
        "team's data manager.",
    ),
    (
        "document",
        "Council paper",
        "The council paper of spring names citizens as partners and lists no right to decide. The annex on "
        "evaluation is missing.",
    ),
)
