"""A schema for the tables an import works in. They hold nothing that the stored file does not; backups leave it out."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS imports_work", "DROP SCHEMA IF EXISTS imports_work CASCADE")
    ]
