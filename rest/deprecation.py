"""How an address of the API that will go says so (docs/api.md, *What changes*). Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.http import http_date

LEAST = timedelta(days=365)


@dataclass(frozen=True)
class Deprecation:
    """From the day `since` nobody should begin to use an address; it answers to the end of the day `until`; `instead`
    is the address of what takes its place.

    ValueError where there is less than a year between the two days.
    """

    since: date
    until: date
    instead: str

    def __post_init__(self) -> None:
        if self.until - self.since < LEAST:
            raise ValueError(f"An address answers for {LEAST.days} days after it was deprecated.")

    def headers(self) -> dict[str, str]:
        """`Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to what takes the place."""
        last = datetime.combine(self.until, time(23, 59, 59), UTC)
        return {
            "Deprecation": f"@{int(datetime.combine(self.since, time(), UTC).timestamp())}",
            "Sunset": http_date(last.timestamp()),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }
