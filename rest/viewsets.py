"""Viewsets of the REST API. They name the rows, their filters and their serializer."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers, viewsets
from rest_framework.exceptions import APIException, NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rest import bases, explain, highlights, limits, relevance, replica
from rest.answers import check_unchanged, json_answer
from rest.counts import BUDGET_MS, count_of
from rest.deprecation import Deprecation
from rest.filters import PAGING, StrictFilterSet
from rest.keyset import keys_of
from rest.paging import DEFAULT_PAGE, KeysetPage, page_size, url_with
from rest.problems import TooLarge
from rest.renderers import to_json
from rest.serializers import RowReader, RowSerializer, chosen_fields

Member = TypeVar("Member")


class ApiMixin(APIView):
    """What every address below /api/ does: limits of body size and of requests, no storage in shared caches."""

    max_body_bytes = 2_000_000
    methods_of_readers: frozenset[str] = frozenset()
    """Methods besides GET that a token with the scope `read` may use, because they change nothing that others see."""
    budget: limits.Budget | None = None
    """What is left of the limit of requests, this one counted."""
    also_answers: Sequence[HTTPStatus] = ()
    """Statuses of problems besides those of every operation, for the description of the API; set for an action."""
    answers_files = False
    """Whether it answers a file, whose kind the address says: any `Accept` will do. Set for an action."""
    cost = 1
    """As how many requests one counts in the limits; set for an action."""
    deprecation: Deprecation | None = None
    """Since when it is deprecated, and until when it answers."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > self.max_body_bytes:
            message = _("The request body is larger than %(most)d bytes.") % {"most": self.max_body_bytes}
            raise TooLarge(message)
        try:
            super().initial(request, *args, **kwargs)
        except APIException:
            if request.successful_authenticator is None:
                self._spend("anonymous", f"address:{limits.address_of(request)}")
            raise
        is_person = bool(request.user and request.user.is_authenticated)
        caller = f"person:{request.user.pk}" if is_person else f"address:{limits.address_of(request)}"
        self._spend("person" if is_person else "anonymous", caller, amount=self.cost_of(request))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        is_other = self.answers_files or explain.is_asked(request.query_params)
        return super().perform_content_negotiation(request, force=force or is_other)

    def cost_of(self, request: Request) -> int:
        """As how many requests this one counts. One that is not to be answered with what it names counts as one."""
        return 1 if request.method == "HEAD" or explain.is_asked(request.query_params) else self.cost

    def _spend(self, name: str, caller: str, *, amount: int = 1) -> None:
        policy = limits.policy_named(name)
        self.budget = limits.spend(policy, caller, amount=min(amount, policy.requests))
        if self.budget.is_spent:
            raise Throttled(wait=self.budget.resets_in)

    def finalize_response(self, request: Request, response: Response, *args: object, **kwargs: object) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.budget is not None:
            for name, value in self.budget.headers().items():
                response[name] = value
        if self.deprecation is not None:
            for name, value in self.deprecation.headers().items():
                response[name] = value
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if response.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            # Django says text/html of what has no body.
            del response["Content-Type"]
        return response


def no_parameters(request: Request, *, allowed: frozenset[str] = frozenset()) -> None:
    """Refuse a query string where an address takes none but `allowed`."""
    unknown = [name for name in request.query_params if name not in allowed]
    if unknown:
        message = _("Unknown parameter. Allowed: %(names)s.") if allowed else _("This address takes no parameters.")
        message %= {"names": ", ".join(sorted(allowed))}
        raise ValidationError({n: ValidationError(message, code="unknown_parameter") for n in unknown})


class ReadViewSet(ApiMixin, viewsets.GenericViewSet):
    """GET of a list and of one row. `serializer_class` is a RowSerializer; rows are read as values."""

    filterset_class: type[StrictFilterSet]
    serializer_class: type[RowSerializer]
    ordering_fields: Mapping[str, str] = {}
    default_ordering = ""
    lookup_value_converter = "str"
    may_lag = False
    """Whether GET can be answered from a replica (docs/adr/0118)."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """From here on it is known who asks, as the primary has it."""
        super().initial(request, *args, **kwargs)
        name = str(request.method).lower()
        if self.may_lag and hasattr(self, name):
            setattr(self, name, replica.may_lag(getattr(self, name)))

    def cost_of(self, request: Request) -> int:
        counts_all = self.action == "list" and request.query_params.get("count") == "exact"
        return max(limits.COUNTING if counts_all else 1, super().cost_of(request))

    def queryset_for(self, user: Any) -> QuerySet[Model]:
        """The rows this person can read, with the annotations the serializer names."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Model]:
        return self.queryset_for(self.request.user)

    def filtered(self, request: Request, *, reserved: frozenset[str] = PAGING) -> QuerySet[Model]:
        """The rows that match the query string. ValidationError where it has errors."""
        return self.filterset(request, reserved=reserved).qs

    def filterset(self, request: Request, *, reserved: frozenset[str] = PAGING) -> StrictFilterSet:
        """The query string, checked. ValidationError where it has errors."""
        filterset = self.filterset_class(
            request.query_params, queryset=self.get_queryset(), request=request, only_given=True
        )
        filterset.check(reserved=reserved)
        return filterset

    def highlights(self, filterset: StrictFilterSet, keys: Sequence[object]) -> Mapping[object, highlights.Highlights]:
        """Where the search found its words in the rows of a page, by primary key."""
        return filterset.highlights(keys)

    def list(self, request: Request, **kwargs: object) -> HttpResponse:
        params = request.query_params
        filterset = self.filterset(request, reserved=PAGING | {explain.PARAMETER} | self._of_full_text)
        reader = self.reader(params.get("fields", ""))
        if explain.is_asked(params):
            return self._explained(request, filterset, reader)
        pager = KeysetPage(
            ordering_fields=self._can_order_by,
            default_ordering=self.default_ordering or self.filterset_class.default_ordering,
            view=request.path,
            walked=self.filterset_class.walked,
            named_by=self.lookup_field,
            counted=filterset.qs,
        )
        is_highlighted = filterset.has_full_text and highlights.is_wanted(params)
        # With the key after the columns, by which the highlights are found.
        read = (lambda part, names: reader.tuples(part, ["pk", *names])) if is_highlighted else reader.tuples
        page = pager.paginate_values(filterset.listed, params, read)
        address = request.build_absolute_uri(request.path)
        results = [reader.as_dict(values[:-1] if is_highlighted else values) for values in page.rows]
        reader.shown()
        keys = [values[-1] for values in page.rows] if is_highlighted else []
        found = self.highlights(filterset, keys) if keys else {}
        return json_answer(
            request,
            {
                "results": results,
                **({"highlights": [found.get(key, {}) for key in keys]} if is_highlighted else {}),
                "count": page.count.as_json() if page.count else None,
                **({"kept_without_value": kept} if (kept := filterset.kept_without_value) else {}),
                **({"search_read_as": read_as} if (read_as := filterset.search_read_as) else {}),
                # Not on later pages: between the first and them rows may have changed that were passed.
                **({"updated_until": filterset.updated_until} if _begins_changes(params) else {}),
                **({"walk": page.walk.as_json()} if page.walk else {}),
            },
            # Their cursors have the time of the first page, so that they differ each time it is read.
            unversioned={
                "next": url_with(address, params, page.next),
                "previous": url_with(address, params, page.previous),
            },
        )

    def _explained(self, request: Request, filterset: StrictFilterSet, reader: RowReader) -> HttpResponse:
        """What the list would answer, without its rows."""
        keys_of(filterset.listed, request.query_params.get("ordering", ""), self._can_order_by)
        rows = count_of(filterset.qs, budget_ms=BUDGET_MS)
        route = explain.route_of_list(
            rows,
            explain.address_of(request),
            page_size=page_size(request.query_params, DEFAULT_PAGE),
            most=relevance.MOST if filterset.is_ranked else None,
        )
        sample = explain.sample_of(filterset.qs, reader)
        return explain.answer(request, rows, sample, _as_json, route, budget=self.budget)

    @property
    def _can_order_by(self) -> Mapping[str, str]:
        return self.ordering_fields or self.filterset_class.ordering_fields

    @property
    def _of_full_text(self) -> frozenset[str]:
        return frozenset({highlights.PARAMETER}) if self.filterset_class.has_full_text else frozenset()

    def retrieve(self, request: Request, **kwargs: object) -> HttpResponse:
        no_parameters(request, allowed=frozenset({"fields"}))
        full = self.represent(self.key())
        chosen = chosen_fields(request.query_params.get("fields", ""), full)
        self.read_by(request, full)
        data = full if chosen is None else {name: full[name] for name in chosen}
        return json_answer(request, data, version_of=full)

    def read_by(self, request: Request, shown: Mapping[str, object]) -> None:
        """Called with what was read; viewsets with edits remember it."""

    def reader(self, fields: str = "") -> RowReader:
        """Reads the serializer's columns, or those that `fields=a,b` chooses."""
        return self.serializer_class.reader(chosen_fields(fields, self.serializer_class.columns()))

    def key(self) -> dict[str, object]:
        """The lookup in the address as a filter."""
        return {self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]}

    def represent(self, key: Mapping[str, object], *, fields: str = "") -> dict[str, object]:
        """One visible row as the API shows it; Http404 where there is none."""
        reader = self.reader(fields)
        row = next(iter(reader.rows(self._matching(key)[:1])), None)
        if row is None:
            raise Http404
        reader.shown()
        return row

    def _matching(self, key: Mapping[str, object]) -> QuerySet[Model]:
        try:
            return self.get_queryset().filter(**key)
        except (ValueError, TypeError, ValidationError) as error:
            raise Http404 from error

    def locate(self) -> Model:
        """The visible instance the address names; Http404 where there is none."""
        return get_object_or_404(self._matching(self.key()))


def _as_json(rows: Sequence[Mapping[str, object]]) -> int:
    return len(to_json(list(rows)))


def _begins_changes(params: Mapping[str, str]) -> bool:
    return bool(params.get("updated_since")) and not params.get("cursor")


class WriteBody(ReadViewSet):
    """What every write does: reads a strict body by `write_serializer_class`, answers with the stored row."""

    write_serializer_class: type[serializers.Serializer]

    def read_body(self, request: Request, *, partial: bool = False) -> dict[str, object]:
        """The validated body. A member the serializer does not know is an error, never ignored."""
        return read_body(request, self.write_serializer_class, partial=partial, context={"request": request})

    def answer_for(self, instance: Model, *, status: int = HTTPStatus.OK) -> HttpResponse:
        """The stored row as GET shows it, with its ETag and, when new, its address."""
        shown = self.represent({"pk": instance.pk})
        headers = {}
        if status == HTTPStatus.CREATED:
            lookup = shown.get(self.lookup_field, instance.pk)
            headers["Location"] = self.request.build_absolute_uri(f"{self.request.path}{lookup}/")
        return json_answer(self.request, shown, status=status, headers=headers)


class CreateMixin(WriteBody):
    """POST. A viewset gives `perform_create(data, by)`, which calls an action and returns the instance."""

    def create(self, request: Request, **kwargs: object) -> HttpResponse:
        no_parameters(request)
        check_signed_in(request)
        instance = self.perform_create(self.read_body(request), request.user)
        return self.answer_for(instance, status=HTTPStatus.CREATED)

    def perform_create(self, data: dict[str, object], by: Any) -> Model:
        raise NotImplementedError


class UpdateMixin(WriteBody):
    """PATCH. A viewset gives `perform_update(instance, data, by)`, which calls an action and returns the instance."""

    def partial_update(self, request: Request, **kwargs: object) -> HttpResponse:
        no_parameters(request)
        instance = self.locate()
        check_signed_in(request)
        data = self.read_body(request, partial=True)
        with transaction.atomic():
            locked = type(instance)._base_manager.select_for_update(of=("self",)).get(pk=instance.pk)
            if request.META.get("HTTP_IF_MATCH"):
                theirs = self.represent({"pk": locked.pk})
                base = self.base_for(locked, request.META["HTTP_IF_MATCH"])
                mine = request.data if isinstance(request.data, Mapping) else {}
                check_unchanged(request, theirs, mine, base=base)
            instance = self.perform_update(locked, data, request.user)
        answer = self.answer_for(instance)
        bases.remember(request.path, orjson.loads(answer.content))
        return answer

    def perform_update(self, instance: Any, data: dict[str, object], by: Any) -> Model:
        raise NotImplementedError

    def read_by(self, request: Request, shown: Mapping[str, object]) -> None:
        if request.user.is_authenticated:
            bases.remember(request.path, shown)

    def base_for(self, instance: Any, etag: str) -> Mapping[str, object] | None:
        """The version the caller started from: what was read here under that ETag, or what the room stores."""
        return bases.recall(self.request.path, etag)


class WriteMixin(CreateMixin, UpdateMixin):
    """POST and PATCH."""


def check_signed_in(request: Request) -> None:
    """401 for nobody; what a person can do is decided by the action's policy."""
    if not request.user or not request.user.is_authenticated:
        raise NotAuthenticated(_("Sign in, or send the header Authorization: Bearer TOKEN."))


def read_body(
    request: Request,
    serializer_class: type[serializers.Serializer],
    *,
    partial: bool = False,
    context: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The body of a write, validated by the serializer; unknown members are named."""
    serializer = serializer_class(data=request.data, partial=partial, context=dict(context or {}))
    if isinstance(request.data, Mapping):
        allowed = [name for name, field in serializer.fields.items() if not field.read_only]
        unknown = [str(name) for name in request.data if name not in allowed]
        if unknown:
            message = _("Unknown member. Allowed: %(names)s.") % {"names": ", ".join(allowed)}
            raise ValidationError({name: ValidationError(message, code="unknown_member") for name in unknown})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def take(body: dict[str, object], name: str, kind: type[Member]) -> Member | None:
    """Take a member out of a validated body. None where it is absent or null; TypeError where it is of another kind."""
    value = body.pop(name, None)
    if value is not None and not isinstance(value, kind):
        raise TypeError(f"{name} is no {kind.__name__}: its serializer validates something else.")
    return value


class ApiView(ApiMixin):
    """An address that is neither a list nor a row, such as /me/."""
