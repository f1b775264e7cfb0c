"""The peer of bench_api: what DRF gives for the same fields, a ModelSerializer with nested rows by prefetch_related.

No authentication, no visibility, no limits, no count, no codes of coding, no ETag.
"""

from django.urls import path
from rest_framework import generics, pagination, renderers, serializers

from complaints.models import ComplaintRecord
from complaints.querysets import DaysBetween
from complaints.serializers import IssueSerializer, RecommendationSerializer, RecordSerializer


class PeerProvenance(serializers.Serializer):
    line = serializers.IntegerField(source="source_line")


class PeerSerializer(serializers.ModelSerializer):
    dataset = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    amount = serializers.DecimalField(max_digits=None, decimal_places=None)
    days_open = serializers.IntegerField()
    issues = IssueSerializer(many=True, source="issue_rows")
    recommendations = RecommendationSerializer(many=True, source="recommendation_rows")
    provenance = PeerProvenance(source="*")

    class Meta:
        model = ComplaintRecord
        fields = [name for name in RecordSerializer.Meta.fields if name not in ("codes", "withheld")]


class Pages(pagination.CursorPagination):
    page_size = 100
    ordering = "id"


class Plain(generics.GenericAPIView):
    queryset = ComplaintRecord.objects.select_related("dataset").prefetch_related(
        "issue_rows", "recommendation_rows__follow_ups"
    ).annotate(days_open=DaysBetween("closed_on", "received_on"))  # fmt: skip
    serializer_class = PeerSerializer
    pagination_class = Pages
    renderer_classes = [renderers.JSONRenderer]
    authentication_classes: list[type] = []
    permission_classes: list[type] = []
    throttle_classes: list[type] = []


class PlainList(Plain, generics.ListAPIView):
    """Pages by DRF's own cursor."""


class PlainDetail(Plain, generics.RetrieveAPIView):
    """One record."""


urlpatterns = [path("peer/", PlainList.as_view()), path("peer/<int:pk>/", PlainDetail.as_view())]
