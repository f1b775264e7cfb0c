"""How a page shows the progress of a job: it includes `jobs/progress.html`, which asks the same address again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jobs.models import Job


def progress_fragment(request: HttpRequest, job: Job) -> HttpResponse:
    """The answer to htmx on the page of a job; when the job has ended the browser loads the page again."""
    response = render(request, "jobs/progress.html", {"job": job})
    if not job.is_active:
        response["HX-Refresh"] = "true"
    return response
