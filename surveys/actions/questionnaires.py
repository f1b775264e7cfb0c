"""Create a questionnaire, load it from a spreadsheet, publish a version and start the next one."""

import hashlib
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import Organisation, User
from accounts.roles import AccessLevel
from accounts.slugs import beside_hidden
from surveys import policies
from surveys.actions.writing import delete_parts, write_parts
from surveys.definition import Definition
from surveys.models import Questionnaire, QuestionnaireVersion, Section
from surveys.selectors import definition_of
from surveys.spreadsheets import SpreadsheetError, read_workbook
from surveys.validation import Problem, problems_of
from surveys.xlsform import XlsformResult, read_form
from versions import actions as verbs
from versions.actions import Versioning


@transaction.atomic
def create_questionnaire(
    *,
    title: str,
    slug: str,
    organisation: Organisation,
    by: User,
    description: str = "",
    access: str = AccessLevel.CONSORTIUM,
    shared_with: Iterable[Organisation] = (),
    languages: Sequence[str] = ("en",),
    is_fictional: bool = False,
    **cuts: Sequence[str],
) -> Questionnaire:
    """A questionnaire with an empty draft in the given languages, the first being the default.

    cuts: keys of the countries, themes, strands and policy sectors that it is about."""
    policies.check_can_make_questionnaire_at(by, organisation.pk)
    questionnaire = Questionnaire(
        title=title,
        slug=_beside_hidden(slug, by),
        organisation=organisation,
        description=description,
        access=access,
        made_by=by,
        is_fictional=is_fictional,
        **cuts,
    )
    questionnaire.full_clean()
    questionnaire.save()
    questionnaire.shared_with.set(shared_with if access == AccessLevel.RESTRICTED else ())
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=1,
        languages=list(languages),
        default_language=languages[0],
        titles={languages[0]: title},
    )
    Section.objects.create(version=version, name="questions", position=1)
    audit.record("questionnaire.created", by=by, target=questionnaire, slug=questionnaire.slug)
    return questionnaire


def _beside_hidden(slug: str, by: User) -> str:
    taken = Questionnaire.objects.values_list("slug", flat=True)
    seen = Questionnaire.objects.visible_to(by).values_list("slug", flat=True)
    return beside_hidden(slug, taken=set(taken), seen=set(seen))


@transaction.atomic
def update_questionnaire(
    *,
    questionnaire: Questionnaire,
    by: User,
    title: str | None = None,
    description: str | None = None,
    access: str | None = None,
    shared_with: Iterable[Organisation] | None = None,
    **cuts: Sequence[str],
) -> Questionnaire:
    """Change the fields that are not None, and the cuts (`create_questionnaire`). Versions stay as they are."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    policies.check_can_edit_questionnaire(by, questionnaire)
    given: dict[str, object] = {"title": title, "description": description, "access": access, **cuts}
    changed = [name for name, value in given.items() if value is not None and value != getattr(questionnaire, name)]
    for name in changed:
        setattr(questionnaire, name, given[name])
    questionnaire.full_clean()
    questionnaire.save()
    if shared_with is not None or questionnaire.access != AccessLevel.RESTRICTED:
        is_restricted = questionnaire.access == AccessLevel.RESTRICTED
        questionnaire.shared_with.set(list(shared_with or ()) if is_restricted else ())
    audit.record("questionnaire.updated", by=by, target=questionnaire, fields=changed)
    return questionnaire


def locked_draft(questionnaire: Questionnaire, by: User) -> QuestionnaireVersion:
    """The draft, locked, if there is one and the person may change it."""
    return verbs.locked_draft(versioning=QUESTIONNAIRES, thing=questionnaire, by=by)


def start_draft(*, questionnaire: Questionnaire, by: User) -> QuestionnaireVersion:
    """Start the next version as a copy of the latest one."""
    return verbs.start_draft(versioning=QUESTIONNAIRES, thing=questionnaire, by=by)


def _copy_parts(old: QuestionnaireVersion, new: QuestionnaireVersion) -> None:
    write_parts(new, definition_of(old))


def _rejection(problems: Iterable[Problem]) -> ValidationError:
    return ValidationError([ValidationError(str(problem), code="invalid_questionnaire") for problem in problems])


def _check_valid(draft: QuestionnaireVersion) -> None:
    """Raise ValidationError if the draft has a problem that must be corrected before it is published."""
    if problems := problems_of(definition_of(draft)):
        raise _rejection(problems)


@transaction.atomic
def load_definition(
    *, questionnaire: Questionnaire, definition: Definition, file_name: str, sha256: str, by: User
) -> QuestionnaireVersion:
    """Replace the parts of the draft by a definition; starts a draft where there is none."""
    questionnaire = verbs.lock(versioning=QUESTIONNAIRES, thing=questionnaire, by=by)
    if problems := problems_of(definition):
        raise _rejection(problems)
    draft = questionnaire.versions.drafts().first()
    if draft is None:
        last = questionnaire.versions.aggregate(last=Max("number"))["last"] or 0
        draft = QuestionnaireVersion(questionnaire=questionnaire, number=last + 1)
    else:
        delete_parts(draft)
    draft.languages = list(definition.languages)
    draft.default_language = definition.default_language
    draft.titles = dict(definition.titles) or {definition.default_language: questionnaire.title}
    draft.introductions, draft.thanks = dict(definition.introductions), dict(definition.thanks)
    draft.source = QuestionnaireVersion.Source.XLSFORM
    draft.source_name, draft.source_sha256 = file_name[-255:], sha256
    draft.save()
    write_parts(draft, definition)
    audit.record("version.loaded", by=by, target=draft, sha256=sha256, items=sum(1 for _ in definition.items()))
    return draft


def load_xlsform(*, questionnaire: Questionnaire, content: bytes, file_name: str, by: User) -> XlsformResult:
    """Read a spreadsheet and, if it has no problems, replace the draft by it.

    Raises ValidationError for a file that is not a workbook or is too large.
    """
    try:
        workbook = read_workbook(content)
    except SpreadsheetError as error:
        raise ValidationError(error.message, code=error.code) from error
    result = read_form(workbook.sheets, workbook.pyxform_error)
    if result.is_valid:
        load_definition(
            questionnaire=questionnaire,
            definition=result.definition,
            file_name=file_name,
            sha256=hashlib.sha256(content).hexdigest(),
            by=by,
        )
    return result


@transaction.atomic
def update_draft(*, questionnaire: Questionnaire, by: User, **texts: object) -> QuestionnaireVersion:
    """Set languages, titles, introductions and closing texts. Items keep their texts in a language that is removed."""
    draft = locked_draft(questionnaire, by)
    for name in ("languages", "default_language", "titles", "introductions", "thanks"):
        if name in texts:
            setattr(draft, name, texts[name])
    draft.full_clean(exclude=["questionnaire"])
    draft.save()
    audit.record("version.updated", by=by, target=draft, fields=sorted(texts))
    return draft


def publish_version(*, questionnaire: Questionnaire, by: User, note: str = "") -> QuestionnaireVersion:
    """Freeze the draft, if it has no problems. `note` says what changed."""
    return verbs.publish(versioning=QUESTIONNAIRES, thing=questionnaire, by=by, note=note)


def discard_draft(*, questionnaire: Questionnaire, by: User) -> None:
    """Delete the draft of a questionnaire that has a published version to go back to."""
    verbs.discard_draft(versioning=QUESTIONNAIRES, thing=questionnaire, by=by)


QUESTIONNAIRES: Versioning[Questionnaire, QuestionnaireVersion] = Versioning(
    model=QuestionnaireVersion,
    of="questionnaire",
    check_can_edit=policies.check_can_edit_questionnaire,
    copy_parts=_copy_parts,
    check_parts=_check_valid,
    remove_parts=delete_parts,
    carried=("languages", "default_language", "titles", "introductions", "thanks"),
)
