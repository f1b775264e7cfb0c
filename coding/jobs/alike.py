"""Find the alike texts among the units of a planned round."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import transaction

from coding.alike import Alike, alike
from coding.models import AlikeSearch, AlikeUnit, Round, RoundUnit, TextUnit
from jobs.kinds import Kind
from jobs.lease import Lease
from jobs.problems import Refused
from standards.translation import gettext as _

BATCH = 2000


class AlikeSearches(Kind[AlikeSearch]):
    """The search in a large round."""

    model = AlikeSearch
    time_limit = 3600

    def get(self, job_id: int) -> AlikeSearch:
        return AlikeSearch.objects.select_related("round").get(pk=job_id)

    def work(self, job: AlikeSearch, lease: Lease) -> None:
        total = job.round.units.count()
        lease.enter(AlikeSearch.Stage.SEARCHING, total)

        def count(texts: int) -> None:
            # Texts with near matches are read again.
            lease.progress.done = min(lease.progress.done + texts, total)

        found = alike_in(job.round, count)
        with transaction.atomic():
            if Round.objects.select_for_update().get(pk=job.round_id).state != Round.State.PLANNED:
                raise Refused("wrong_state", _("The round has started. Its units can no longer be changed."))
            keep(job.round, found)
            lease.finish()


def alike_in(coding_round: Round, count: Callable[[int], None] = lambda texts: None) -> list[Alike]:
    """The alike units of a round, by unit id. `count` is told how many texts were read."""
    units = list(coding_round.units.order_by("unit").values_list("unit", flat=True))

    def read(keys: Sequence[int]) -> Mapping[int, str]:
        count(len(keys))
        return dict(TextUnit.objects.filter(pk__in=keys).values_list("pk", "text"))

    return alike(units, read)


def keep(coding_round: Round, found: Iterable[Alike]) -> None:
    """Replace what an earlier search found. Units that are coded once stay so, and those that stand for them."""
    before = AlikeUnit.objects.filter(round=coding_round)
    before.filter(is_coded_once=False).delete()
    first_ones = set(before.values_list("round_unit__unit", flat=True))
    places = dict(RoundUnit.objects.filter(round=coding_round).values_list("unit", "pk"))
    AlikeUnit.objects.bulk_create(
        [
            AlikeUnit(round=coding_round, round_unit_id=places[one.first], unit_id=one.key, similarity=one.similarity)
            for one in found
            if one.first in places and one.key in places and one.key not in first_ones
        ],
        batch_size=BATCH,
    )
