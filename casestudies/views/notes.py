"""Field notes: write, read, compare versions, decide conflicts, delete and restore."""

import uuid as uuids
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from accounts.roles import Role
from casestudies import policies
from casestudies.actions import attachments, notes
from casestudies.filters import NotePageFilter
from casestudies.forms.notes import NoteForm
from casestudies.models import CaseStudy, FieldNote, FieldNoteVersion, NoteConflict
from casestudies.selectors.facets import note_facets
from casestudies.selectors.notes import (
    Decision,
    changes_between,
    choices_of,
    decision_of,
    plain_choice,
    record_reads,
)
from casestudies.selectors.pages import today_of
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import listing

# What the filter form shows; facets and the API set the other filters.
SHOWN_FILTERS = ("search", "in_conflict")
OF_THE_FORM = (*SHOWN_FILTERS, "ordering", "cursor", "page")
ORDERINGS = [
    ("-stored_at", _l("Last saved first")),
    ("-occurred_on", _l("Latest first")),
    ("title", _l("Title")),
]


def visible_note(request: HttpRequest, uuid: uuids.UUID) -> FieldNote:
    visible = FieldNote.objects.visible_to(request.user).with_open_conflicts()
    note: FieldNote = get_object_or_404(
        visible.select_related("case_study", "event", "author", "organisation"), pk=uuid
    )
    return note


@require_GET
@login_required
def today(request: SignedInRequest) -> HttpResponse:
    day = timezone.localdate()
    context = {
        "day": day,
        "today": today_of(request.user, day),
        "can_create": policies.can_create_case_study(request.user),
        "can_write": bool(request.user.organisations_as(Role.FIELDWORKER)),
    }
    return render(request, "casestudies/today.html", context)


@require_GET
@login_required
def note_list(request: SignedInRequest) -> HttpResponse:
    if request.GET.get("deleted") == "true":
        return _deleted_notes(request)
    visible = FieldNote.objects.visible_to(request.user).with_open_conflicts().not_deleted()
    rows = visible.select_related("case_study", "event", "author")
    page = listing(request, rows, NotePageFilter, fields=SHOWN_FILTERS, extra=["deleted"])
    context = {
        "listing": page,
        "facets": note_facets(visible, page.query, request),
        "filter_label": _("Filter notes"),
        "kept": page.query_without(OF_THE_FORM),
        "orderings": ORDERINGS,
    }
    return render(request, "casestudies/note_list.html", context, status=page.status)


def _deleted_notes(request: SignedInRequest) -> HttpResponse:
    rows = FieldNote.objects.visible_to(request.user).with_open_conflicts().deleted()
    rows = rows.select_related("case_study", "event", "author")
    page = listing(request, rows, NotePageFilter, extra=["deleted"], fields=())
    return render(request, "casestudies/note_list_deleted.html", {"listing": page}, status=page.status)


@require_GET
@login_required
def note_new(request: SignedInRequest) -> HttpResponse:
    """Redirect to the page of a new UUID, so that reloading that page finds the text again."""
    query = request.GET.urlencode()
    address = reverse("field-note-edit", args=[uuids.uuid4()])
    return see_other(f"{address}?{query}" if query else address)


@require_http_methods(["GET", "POST"])
@login_required
def note_edit(request: SignedInRequest, uuid: uuids.UUID) -> HttpResponse:
    """Write a note: saved while a person types where scripts run, and by the button everywhere."""
    note = FieldNote.objects.select_related("case_study", "event").filter(pk=uuid).first()
    if note is not None and not FieldNote.objects.visible_to(request.user).filter(pk=uuid).exists():
        raise Http404
    if note is not None:
        policies.check_can_edit_note(request.user, note)
        record_reads(request.user, [(note.pk, note.sensitivity)])
    able = request.user.organisations_as(Role.FIELDWORKER)
    if not able:
        raise PermissionDenied(_("Only fieldworkers can write notes."))
    cases = CaseStudy.objects.visible_to(request.user).filter(organisation__in=able).order_by("working_title")
    case_study = note.case_study if note is not None else cases.filter(slug=request.GET.get("case_study", "")).first()
    form = NoteForm(posted(request), cases=cases, case_study=case_study, initial=_initial(request, note, case_study))
    done = submit(
        request,
        form,
        lambda: notes.put_note(
            uuid=uuid,
            content=form.content,
            by=request.user,
            base_version=form.cleaned_data["base_version"],
            device="form",
        ),
    )
    if done:
        return _after_put(request, uuid, done.result)
    files = note.attachments.visible_to(request.user).shown().count() if note is not None else 0
    context = {"note": note, "uuid": uuid, "case_study": case_study, "has_cases": cases.exists(), "files": files}
    return form_page(request, "casestudies/note_edit.html", form, **context)


def _after_put(request: SignedInRequest, uuid: uuids.UUID, put: notes.Put) -> HttpResponse:
    if put.version is not None:
        messages.success(request, _("Saved as version %(number)d.") % {"number": put.version.number})
        return see_other("field-note-detail", uuid)
    messages.warning(request, _("Somebody else edited the same field. Both texts are stored: choose between them."))
    return see_other("field-note-conflict", uuid, cast(NoteConflict, put.conflict).pk)


def _initial(request: HttpRequest, note: FieldNote | None, case_study: CaseStudy | None) -> dict[str, object]:
    if note is None:
        event = request.GET.get("event", "")
        return {
            "case_study": case_study.slug if case_study else None,
            "event": event if event.isdecimal() else None,
            "occurred_on": timezone.localdate(),
            "language": case_study.language if case_study else "en",
        }
    return {**note.content, "base_version": note.version}


@require_GET
@login_required
def note_detail(request: SignedInRequest, uuid: uuids.UUID) -> HttpResponse:
    note = visible_note(request, uuid)
    record_reads(request.user, [(note.pk, note.sensitivity)])
    context = {
        "note": note,
        "conflicts": list(note.conflicts.visible_to(request.user).open()),
        "attachments": list(note.attachments.visible_to(request.user).shown().select_related("attachment")),
        "can_edit": policies.can_edit_note(request.user, note),
        "can_delete": policies.can_delete_note(request.user, note),
        "largest_megabytes": attachments.MAX_BYTES // 2**20,
    }
    return render(request, "casestudies/note_detail.html", context)


@require_GET
@login_required
def note_versions(request: SignedInRequest, uuid: uuids.UUID) -> HttpResponse:
    """All versions; `?from=1&to=3` compares two."""
    note = visible_note(request, uuid)
    visible = note.versions.visible_to(request.user)
    versions = list(visible.select_related("author", "case_study", "event").order_by("-number")[:500])
    record_reads(request.user, [(note.pk, version.sensitivity) for version in versions])
    before, after = _chosen(request, versions, note)
    context = {
        "note": note,
        "versions": versions,
        "has_hidden": visible.count() < note.version,
        "before": before,
        "after": after,
        "changes": changes_between(before.content, after.content) if before and after else [],
        "can_edit": policies.can_edit_note(request.user, note),
    }
    return render(request, "casestudies/note_versions.html", context)


def _chosen(
    request: HttpRequest, versions: list[FieldNoteVersion], note: FieldNote
) -> tuple[FieldNoteVersion | None, FieldNoteVersion | None]:
    by_number = {str(v.number): v for v in versions}
    before = by_number.get(request.GET.get("from", str(note.version - 1)))
    return before, by_number.get(request.GET.get("to", str(note.version)))


@require_POST
@login_required
def note_restore(request: SignedInRequest, uuid: uuids.UUID, number: int) -> HttpResponse:
    """Restore an older version, or one field of it."""
    note = visible_note(request, uuid)
    version = get_object_or_404(note.versions.visible_to(request.user), number=number)
    field = request.POST.get("field", "")
    press(
        request,
        lambda: notes.restore_version(
            version=version, by=request.user, fields=[field] if field in note.content else None
        ),
        _("Restored version %(number)d as a new version.") % {"number": number},
    )
    return see_other("field-note-versions", uuid)


@require_http_methods(["GET", "POST"])
@login_required
def note_conflict(request: SignedInRequest, uuid: uuids.UUID, pk: int) -> HttpResponse:
    """A person decides field by field, the text passage by passage, and edits the result before it is saved."""
    note = visible_note(request, uuid)
    conflict = get_object_or_404(
        NoteConflict.objects.visible_to(request.user).filter(note=note).select_related("author"), pk=pk
    )
    policies.check_can_edit_note(request.user, note)
    earlier = list(conflict.earlier_texts.readable_by(request.user))
    read = [note.sensitivity, conflict.mine.get("sensitivity"), *(text.mine.get("sensitivity") for text in earlier)]
    record_reads(request.user, [(note.pk, sensitivity) for sensitivity in read])
    decision = decision_of(conflict, note, request.user, request.POST.dict())
    form = _decision_form(request, note, conflict, decision)
    if "compose" not in request.POST and submit(
        request,
        form,
        lambda: notes.resolve_conflict(
            conflict=conflict,
            content=form.content,
            by=request.user,
            base_version=form.cleaned_data["base_version"] or 0,
            device="form",
            seen_sha256=request.POST.get("mine_sha256", ""),
        ),
        success=lambda version: (
            _("Saved as version %(number)d. Both texts stay in the history.") % {"number": version.number}
        ),
    ):
        return see_other("field-note-detail", uuid)
    conflict.refresh_from_db()
    context: dict[str, object] = {
        "note": note,
        "conflict": conflict,
        "earlier": earlier,
        "decision": decision,
        "choices": choices_of(conflict, note, request.user),
    }
    return form_page(request, "casestudies/note_conflict.html", form, **context)


def _decision_form(request: SignedInRequest, note: FieldNote, conflict: NoteConflict, decision: Decision) -> NoteForm:
    """The form of the result. The button `compose` puts the chosen passages together where no script does."""
    cases = CaseStudy.objects.visible_to(request.user).filter(organisation=note.organisation_id)
    data = posted(request)
    if data is not None and "compose" in data:
        data = data.copy()
        data["text"] = decision.text
    mine = {**note.content, **plain_choice(conflict, "mine"), "text": decision.text, "base_version": note.version}
    return NoteForm(data, cases=cases, case_study=note.case_study, initial=mine)


@require_POST
@login_required
def note_delete(request: SignedInRequest, uuid: uuids.UUID) -> HttpResponse:
    note = visible_note(request, uuid)
    press(
        request,
        lambda: notes.delete_note(note=note, by=request.user),
        _("The note was deleted. You can restore it from the list of deleted notes."),
    )
    return see_other("field-note-list")


@require_POST
@login_required
def note_undelete(request: SignedInRequest, uuid: uuids.UUID) -> HttpResponse:
    note = visible_note(request, uuid)
    press(request, lambda: notes.undelete_note(note=note, by=request.user), _("The note was restored."))
    return see_other("field-note-detail", uuid)
