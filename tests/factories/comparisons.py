"""Comparisons of two imports, made through the actions that people use."""

from imports.actions import compare_imports
from imports.jobs.comparing import compare


def compared(older, newer, by):
    found = compare_imports(older=older, newer=newer, by=by)
    compare(found.pk)
    found.refresh_from_db()
    return found


def figures(found):
    return (found.state, found.created, found.changed, found.unchanged, found.missing)
