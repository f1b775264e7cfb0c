"""The progress of a job on its page, which includes `jobs/progress.html`; that requests the same address again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jobs.models import Job


def progress_fragment(request: HttpRequest, job: Job) -> HttpResponse:
    """The answer to htmx on the page of a job. When the job has ended the browser loads the page again."""
    response = render(request, "jobs/progress.html", {"job": job})
    if not job.is_active:
        response["HX-Refresh"] = "true"
    return response
