"""Why a job stops before its end. Pure."""

from dataclasses import dataclass

from rest.refusals import Refusal


@dataclass
class Stopped(Refusal):
    """The job came to no result. code: for programs. message: for people."""

    code: str
    message: str


class Refused(Stopped):
    """The work cannot be done with its input, and another attempt would not help."""


class Failed(Stopped):
    """The work cannot continue until a person has removed the cause and retries it."""


class Cancelled(Exception):
    """A person cancelled the job while it ran."""


class LostLease(Exception):
    """Another worker has taken over the job: stop without writing."""


class Postponed(Exception):
    """The job has to wait for another one and was returned to the queue."""
