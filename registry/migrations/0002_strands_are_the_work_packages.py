"""The list of strands, where nobody has edited it, gets the seven work packages as the registry ships them.

Until now it was a default list of the case studies without the third work package. A term that is no work package is
deprecated, so that case studies that carry it show its label; what a project leader edited stays as it is.
"""

from django.db import migrations

EARLIER = {
    "environments": "Innovation environments, drivers and barriers",
    "co-creation": "Co-creation with citizens",
    "ict": "ICT and social media",
    "risk": "Risk and its governance",
    "adoption": "Adoption and upscaling",
    "measurement": "Indicators and measurement",
    "foresight": "Foresight",
}
NAME = "Strands of the programme: its work packages"
LABELS = {
    "environments": "Environments: surveys and social networks",
    "co-creation": "Citizens' input: case studies, complaints and co-creation",
    "oversight": "Ombudsmen, audit offices and large surveys",
    "risk": "Risk and its governance",
    "adoption": "Adoption and upscaling: telework and e-procurement",
    "measurement": "Indicators and measurement",
    "foresight": "Foresight",
}


def rename(apps, schema_editor):
    vocabulary = apps.get_model("registry", "Vocabulary").objects.filter(slug="strand", version="1").first()
    terms = apps.get_model("registry", "Term").objects.filter(vocabulary=vocabulary)
    if vocabulary is None or {t.key: t.labels.get("en") for t in terms.filter(is_deprecated=False)} != EARLIER:
        return
    for position, (key, label) in enumerate(LABELS.items(), start=1):
        terms.update_or_create(vocabulary=vocabulary, key=key, defaults={"labels": {"en": label}, "position": position})
    terms.filter(key="ict").update(is_deprecated=True, position=len(LABELS) + 1)
    vocabulary.name = NAME
    vocabulary.save()


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
