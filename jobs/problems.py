"""Why long work stops before its end. Pure."""

from dataclasses import dataclass

from rest.refusals import Refusal


@dataclass
class Stopped(Refusal):
    """The work came to no result: `code` for programs, `message` for people."""

    code: str
    message: str


class Refused(Stopped):
    """The work cannot be done on what it was given, and trying again would not help."""


class Failed(Stopped):
    """The work cannot go on until somebody has removed the cause and retries it."""


class Cancelled(Exception):
    """A person cancelled the job while it ran."""


class LostLease(Exception):
    """Another worker has taken the job over: stop without writing."""


class Postponed(Exception):
    """The job has to wait for another one. It has been put back into the queue."""
