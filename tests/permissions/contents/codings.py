"""Codebooks of each access and state; rounds planned, open and blind, closed."""

from itertools import count

from accounts.roles import Role
from coding.actions import codebooks, codings, queue, rounds
from coding.actions.codings import NewCoding
from coding.models import Codebook
from tests.factories.coding import make_round
from tests.permissions.contents.people import ALPHA, AUTHOR, GUEST, MEMBERS, Cast
from tests.permissions.contents.plant import Plants

LEAD = frozenset({Role.LEAD_CODER.value})
# The audit trail names a code by its key.
LEAD_AND_ADMIN = LEAD | {Role.ADMIN.value}
CODER = frozenset({Role.CODER.value})
# access, shared with Gamma, who reads it
CODEBOOKS = [
    ("consortium", False, MEMBERS),
    ("restricted", False, ALPHA),
    ("restricted", True, ALPHA | GUEST),
]
BOOK_LISTS = ("/api/v1/codebooks/", "/codebooks/")
_numbers = count(1)
ROUND_LISTS = ("/api/v1/rounds/", "/rounds/")


def plant_codings(plant: Plants, cast: Cast) -> None:
    books = [_codebook(plant, cast, access, shared, readers) for access, shared, readers in CODEBOOKS]
    _codebook(plant, cast, "consortium", False, LEAD, publish=False)
    _round(plant, cast, books[1], "planned", LEAD)
    _round(plant, cast, books[1], "open", LEAD | CODER | AUTHOR)
    _round(plant, cast, books[1], "closed", LEAD | CODER | AUTHOR)


def _codebook(
    plant: Plants, cast: Cast, access: str, shared: bool, readers: frozenset[str], *, publish: bool = True
) -> Codebook:
    lead = cast[Role.LEAD_CODER]
    name = f"codebook, {access}{', shared' if shared else ''}{'' if publish else ', draft'}"
    # The name of a codebook is read by all who may; what its drafts say is for the lead coders.
    seen = readers if publish else MEMBERS
    values = {
        "title": plant(f"{name}: title", seen, lists=BOOK_LISTS),
        "description": plant(f"{name}: description", seen, lists=BOOK_LISTS),
        "access": access,
    }
    book = codebooks.create_codebook(organisation=cast.alpha, values=values, by=lead, slug=f"book-{next(_numbers)}")
    book.shared_with.set([cast.gamma] if shared else [])
    code = {
        "name": plant(f"{name}: code", readers | LEAD_AND_ADMIN),
        "definition": plant(f"{name}: definition", readers),
        "examples": plant(f"{name}: examples", readers),
    }
    codebooks.add_code(codebook=book, values=code, by=lead)
    if publish:
        codebooks.publish_codebook(
            codebook=book, by=lead, note=plant(f"{name}: note of the version", readers, pages=True)
        )
        late = {
            "name": plant(f"{name}: code of the draft", LEAD_AND_ADMIN),
            "definition": plant(f"{name}: draft", LEAD),
        }
        codebooks.add_code(codebook=book, values=late, by=lead)
    return book


def _round(plant: Plants, cast: Cast, book: Codebook, state: str, readers: frozenset[str]) -> None:
    lead, name = cast[Role.LEAD_CODER], f"round, {state}"
    coders = [cast["coder"], cast["author"], cast["former"], cast["closed"]]
    texts = [plant(f"{name}: unit", readers)]
    running = make_round(
        lead,
        coders,
        book=book,
        texts=texts,
        coders_per_unit=4,
        start=state != "planned",
        title=plant(f"{name}: title", readers, lists=ROUND_LISTS),
        instructions=plant(f"{name}: instructions", readers, shown=False),
    )
    if state == "planned":
        return
    own = {"coder": CODER, "author": AUTHOR, "former": frozenset(), "closed": frozenset()}
    for who, themselves in own.items():
        seen = readers if state == "closed" else LEAD | themselves
        person = cast[who]
        assignment = queue.take_next(by=person, coding_round=running)
        code = book.versions.published().get().codes.get()
        memo = plant(f"{name}: memo of {who}", seen)
        codings.apply_code(assignment=assignment, coding=NewCoding(code=code, memo=memo), by=person)
        # The memo of a unit: its coder, the lead coders once it is submitted, and its coders once the round is closed.
        about = plant(f"{name}: memo of {who} about the unit", seen, shown=False)
        queue.annotate(assignment=assignment, by=person, memo=about)
        codings.submit(assignment=assignment, outcome="coded", by=person)
    if state == "closed":
        rounds.close_round(coding_round=running, by=lead)
