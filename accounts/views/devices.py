"""The key with which a browser encrypts what waits in it for the server."""

import base64
import uuid as uuids
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts import actions, policies
from accounts.browsers import browser_and_system
from accounts.filters import DeviceFilter
from accounts.forms import DeviceReportForm
from accounts.models import Device, User
from accounts.requests import SignedInRequest
from rest.forms import UNPROCESSABLE
from rest.listing import listing

NOT_STORED = {"Cache-Control": "no-store"}


@require_GET
def this_device(request: HttpRequest) -> HttpResponse:
    """What was written in this browser, read from it by a script; the page itself says nothing of anybody."""
    return render(request, "device/this_device.html")


@require_POST
def device_key(request: HttpRequest) -> HttpResponse:
    """The key of the person who is signed in, for the browser that the form field `device` names by its UUID.

    200 {person, username, name, key in base64}; 401 for nobody; 422 where `device` is no UUID. A token of the API gets
    no key: keys are for pages.
    """
    if not isinstance(request.user, User):
        return JsonResponse({"person": None}, status=HTTPStatus.UNAUTHORIZED, headers=NOT_STORED)
    person = request.user
    try:
        uuid = uuids.UUID(request.POST.get("device", ""))
    except ValueError:
        return JsonResponse({"person": str(person.pk)}, status=UNPROCESSABLE, headers=NOT_STORED)
    described = ", ".join(filter(None, browser_and_system(request.headers.get("User-Agent", ""))))
    device = actions.device_of(uuid=uuid, description=described, by=person)
    answer = {
        "person": str(person.pk),
        "username": person.get_username(),
        "name": person.name,
        "key": base64.b64encode(device.key).decode(),
    }
    return JsonResponse(answer, headers=NOT_STORED)


@require_POST
def device_report(request: HttpRequest) -> HttpResponse:
    """Counts that a browser keeps of itself, for the person and their administrators: 204, 401, 404 or 422."""
    if not isinstance(request.user, User):
        return JsonResponse({"person": None}, status=HTTPStatus.UNAUTHORIZED, headers=NOT_STORED)
    form = DeviceReportForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors.get_json_data()}, status=UNPROCESSABLE, headers=NOT_STORED)
    is_known = actions.report_device(by=request.user, uuid=form.cleaned_data.pop("device"), **form.cleaned_data)
    return HttpResponse(status=HTTPStatus.NO_CONTENT if is_known else HTTPStatus.NOT_FOUND, headers=NOT_STORED)


@require_GET
@login_required
def device_list(request: SignedInRequest) -> HttpResponse:
    """The browsers in which people of the administrator's organisations write, beside what the server received."""
    policies.check_can_administer(request.user)
    devices = Device.objects.visible_to(request.user).with_received().select_related("person")
    found = listing(request, devices, DeviceFilter)
    return render(request, "device/list.html", {"listing": found}, status=found.status)
