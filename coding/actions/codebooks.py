"""Codebooks: codes are edited in the draft; publishing freezes it and starts the next draft as a copy."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organisation, User
from accounts.slugs import beside_hidden, numbered
from coding import policies
from coding.models import Code, Codebook, CodebookVersion, CodeOrigin
from coding.models.codebooks import SHORTCUTS
from versions.actions import Versioning, discard_draft, locked_draft, publish, start_draft

CODEBOOK_FIELDS = frozenset({"title", "description", "language", "access"})
CODE_FIELDS = frozenset({"name", "definition", "include", "exclude", "examples", "colour", "is_codable", "shortcut"})


def _apply(row: Codebook | Code, values: Mapping[str, object], allowed: frozenset[str]) -> None:
    unknown = sorted(values.keys() - allowed)
    if unknown:
        raise ValidationError(
            {name: ValidationError(_("This field cannot be set here."), code="not_settable") for name in unknown}
        )
    for name, value in values.items():
        setattr(row, name, value)


def _free_slug(stem: str, taken: set[str]) -> str:
    return numbered(slugify(stem)[:70].strip("-") or "code", taken)


@transaction.atomic
def create_codebook(*, organisation: Organisation, values: Mapping[str, object], by: User, slug: str = "") -> Codebook:
    """Create a codebook of an organisation with an empty draft. Without a slug, one is made from the title."""
    policies.check_can_lead_in(by, organisation.pk)
    codebook = Codebook(organisation=organisation)
    _apply(codebook, values, CODEBOOK_FIELDS)
    taken = set(Codebook.objects.values_list("slug", flat=True))
    seen = set(Codebook.objects.visible_to(by).values_list("slug", flat=True))
    codebook.slug = beside_hidden(slug, taken=taken, seen=seen) if slug else _free_slug(codebook.title, taken)
    codebook.full_clean()
    codebook.save()
    audit.record("codebook.created", by=by, target=codebook)
    start_draft(versioning=CODEBOOKS, thing=codebook, by=by)
    return codebook


@transaction.atomic
def edit_codebook(*, codebook: Codebook, values: Mapping[str, object], by: User) -> Codebook:
    """Edit title, description, language or access."""
    codebook = Codebook.objects.select_for_update().get(pk=codebook.pk)
    policies.check_can_edit_codebook(by, codebook)
    _apply(codebook, values, CODEBOOK_FIELDS)
    codebook.updated_at = timezone.now()
    codebook.full_clean()
    codebook.save()
    audit.record("codebook.edited", by=by, target=codebook, fields=sorted(values))
    return codebook


@transaction.atomic
def edit_draft(*, codebook: Codebook, passages: str, by: User) -> CodebookVersion:
    """Set where passages coded with the draft can start and end: whole words, sentences or paragraphs."""
    draft = draft_of(codebook, by)
    draft.passages = passages
    draft.full_clean(exclude=["codebook", "published_by"], validate_unique=False)
    draft.save(update_fields=["passages"])
    audit.record("codebook.edited", by=by, target=codebook, fields=["passages"])
    return draft


def draft_of(codebook: Codebook, by: User) -> CodebookVersion:
    """The draft, locked until the end of the transaction, for somebody who may edit it."""
    return locked_draft(versioning=CODEBOOKS, thing=codebook, by=by)


@transaction.atomic
def add_code(*, codebook: Codebook, values: Mapping[str, object], by: User, parent: Code | None = None) -> Code:
    """Add a code to the draft, last below its parent. Its key is made from the name and never changes."""
    draft = draft_of(codebook, by)
    _check_in_draft(parent, draft)
    code = Code(version=draft, parent=parent)
    _apply(code, values, CODE_FIELDS)
    code.key = _free_slug(code.name, _keys_ever(codebook))
    if code.is_codable and "shortcut" not in values:
        code.shortcut = _free_shortcut(draft)
    last = draft.codes.filter(parent=parent).aggregate(last=Max("position"))["last"]
    code.position = 0 if last is None else last + 1
    _clean_code(code, draft)
    code.save()
    audit.record("code.added", by=by, target=code, key=code.key)
    return code


def _free_shortcut(draft: CodebookVersion) -> str:
    """The first key that no code of the draft has; none where all are taken."""
    taken = set(draft.codes.values_list("shortcut", flat=True))
    return next((key for key in SHORTCUTS if key not in taken), "")


def _clean_code(code: Code, draft: CodebookVersion) -> None:
    """Check the code before it is saved. A heading frees its key; a key belongs to one code of the draft."""
    if not code.is_codable:
        code.shortcut = ""
    other = draft.codes.filter(shortcut=code.shortcut).exclude(pk=code.pk).first() if code.shortcut else None
    if other is not None:
        message = _("“%(code)s” has this key. Choose another key, or change that code first.")
        raise ValidationError({"shortcut": ValidationError(message, code="key_taken", params={"code": other.name})})
    code.full_clean()


def _keys_ever(codebook: Codebook) -> set[str]:
    """Keys of all versions: a key is never used again for another code."""
    return set(Code.objects.filter(version__codebook=codebook).values_list("key", flat=True))


def _check_in_draft(code: Code | None, draft: CodebookVersion) -> None:
    if code is not None and code.version_id != draft.pk:
        raise ValidationError(
            _("This code belongs to a published version, which is frozen. Edit the code in the draft."),
            code="published",
        )


def _draft_and_code(code: Code, by: User) -> tuple[CodebookVersion, Code]:
    draft = draft_of(code.version.codebook, by)
    code = Code.objects.get(pk=code.pk)
    _check_in_draft(code, draft)
    return draft, code


@transaction.atomic
def edit_code(*, code: Code, values: Mapping[str, object], by: User) -> Code:
    """Edit the texts or colour of a code of the draft, or whether it can be applied."""
    draft, code = _draft_and_code(code, by)
    _apply(code, values, CODE_FIELDS)
    _clean_code(code, draft)
    code.save()
    audit.record("code.edited", by=by, target=code, key=code.key, fields=sorted(values))
    return code


@transaction.atomic
def move_code(*, code: Code, parent: Code | None, by: User, before: Code | None = None) -> Code:
    """Move a code of the draft below another parent (None: to the top level), before a sibling or last."""
    draft, code = _draft_and_code(code, by)
    _check_in_draft(parent, draft)
    if parent is not None and code.pk in _ancestors(parent):
        raise ValidationError(_("A code cannot be moved below itself or below one of its own codes."), code="cycle")
    siblings = [c for c in draft.codes.filter(parent=parent).order_by("position", "id") if c.pk != code.pk]
    place = next((i for i, c in enumerate(siblings) if before is not None and c.pk == before.pk), len(siblings))
    siblings.insert(place, code)
    Code.objects.filter(pk=code.pk).update(parent=parent)
    for position, sibling in enumerate(siblings):
        Code.objects.filter(pk=sibling.pk).exclude(position=position).update(position=position)
    code = Code.objects.get(pk=code.pk)
    audit.record("code.moved", by=by, target=code, key=code.key)
    return code


def _ancestors(code: Code) -> set[int]:
    return set(Code.objects.ancestors(code, include_self=True).values_list("pk", flat=True))


@transaction.atomic
def shift_code(*, code: Code, by: User, step: int) -> Code:
    """Move a code of the draft one place up (-1) or down (+1) among its siblings where possible."""
    draft, code = _draft_and_code(code, by)
    siblings = [c for c in draft.codes.filter(parent=code.parent_id).order_by("position", "id") if c.pk != code.pk]
    place = max(sum(1 for c in siblings if (c.position, c.pk) < (code.position, code.pk)) + step, 0)
    before = siblings[place] if place < len(siblings) else None
    return move_code(code=code, parent=code.parent, by=by, before=before)


@transaction.atomic
def remove_code(*, code: Code, by: User) -> None:
    """Remove a code that has no codes below it from the draft. Published versions and their codings keep it."""
    draft, code = _draft_and_code(code, by)
    if draft.codes.filter(parent=code).exists():
        raise ValidationError(_("Move or remove the codes below it first."), code="has_children")
    audit.record("code.removed", by=by, target=code, key=code.key)
    code.delete()


@transaction.atomic
def publish_codebook(*, codebook: Codebook, by: User, note: str = "") -> CodebookVersion:
    """Freeze the draft as a published version and start a new draft as its copy. Open rounds keep their version."""
    version = publish(versioning=CODEBOOKS, thing=codebook, by=by, note=note)
    start_draft(versioning=CODEBOOKS, thing=codebook, by=by)
    return version


def start_codebook_draft(*, codebook: Codebook, by: User) -> CodebookVersion:
    """Start a new draft of a codebook whose draft was discarded, as a copy of the newest published version."""
    return start_draft(versioning=CODEBOOKS, thing=codebook, by=by)


def discard_codebook_draft(*, codebook: Codebook, by: User) -> None:
    """Delete the draft of a codebook that has a published version."""
    discard_draft(versioning=CODEBOOKS, thing=codebook, by=by)


def _check_codes(draft: CodebookVersion) -> None:
    if not draft.codes.filter(is_codable=True).exists():
        raise ValidationError(_("Add at least one code that can be applied."), code="no_codes")


def _remove_codes(draft: CodebookVersion) -> None:
    draft.codes.all().delete()


def _copy_codes(old: CodebookVersion, new: CodebookVersion) -> None:
    """Copy level by level, so that each parent exists before its codes. CodeOrigin stores what was copied."""
    codes = list(Code.objects.tree_of(old))
    copies: dict[int, Code] = {}
    for depth in sorted({code.tree_depth for code in codes}):
        level = [code for code in codes if code.tree_depth == depth]
        made = Code.objects.bulk_create([_copy(code, new, copies) for code in level])
        copies |= {code.pk: copy for code, copy in zip(level, made, strict=True)}
    CodeOrigin.objects.bulk_create([CodeOrigin(before_id=pk, after=copy) for pk, copy in copies.items()])


def _copy(code: Code, version: CodebookVersion, copies: Mapping[int, Code]) -> Code:
    kept = {name: getattr(code, name) for name in [*CODE_FIELDS, "key", "position"]}
    return Code(version=version, parent=copies.get(code.parent_id or 0), **kept)


CODEBOOKS: Versioning[Codebook, CodebookVersion] = Versioning(
    model=CodebookVersion,
    of="codebook",
    check_can_edit=policies.check_can_edit_codebook,
    copy_parts=_copy_codes,
    check_parts=_check_codes,
    remove_parts=_remove_codes,
    carried=("passages",),
)
