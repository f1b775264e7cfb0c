from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0006_saved_queries")]

    operations = [migrations.AddField("export", "words", models.TextField(blank=True), preserve_default=True)]
