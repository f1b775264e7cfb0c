"""Parts name their record by text, so that either may be loaded first; responses stand with recommendations."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_record_units"),
        ("imports", "0006_joined_datasets_and_sourced_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="followup",
            name="case_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="followup",
            name="dataset",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="imports.dataset",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="recommendation_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="followup",
            name="record_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="followup",
            name="row",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="imports.sourcedrow",
            ),
        ),
        migrations.AddField(
            model_name="issue",
            name="case_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="issue",
            name="record_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="issue",
            name="row",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="imports.sourcedrow",
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="case_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accepted", "Accepted"),
                    ("partly", "Partly accepted"),
                    ("rejected", "Rejected"),
                    ("none", "No response"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="decision_raw",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="made_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="promised_action",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="record_reference",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="reference",
            field=models.CharField(blank=True, help_text="Its own number, which follow-ups name.", max_length=200),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="reply",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="responded_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="row",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="imports.sourcedrow",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="recommendation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="follow_ups",
                to="complaints.recommendation",
            ),
        ),
        migrations.AlterField(
            model_name="issue",
            name="record",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)s_rows",
                to="complaints.complaintrecord",
            ),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="addressee",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="record",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)s_rows",
                to="complaints.complaintrecord",
            ),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="text",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["dataset", "recommendation_reference"], name="follow_up_by_recommendation"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["dataset", "record_reference"], name="follow_up_by_record"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["dataset", "case_reference"], name="follow_up_by_case"),
        ),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(fields=["dataset", "record_reference"], name="issue_by_record"),
        ),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(fields=["dataset", "case_reference"], name="issue_by_case"),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["dataset", "record_reference"], name="recommendation_by_record"),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["dataset", "case_reference"], name="recommendation_by_case"),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["dataset", "reference"], name="recommendation_by_number"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recommendation__isnull", False),
                    models.Q(
                        ("dataset__isnull", False),
                        models.Q(
                            models.Q(("recommendation_reference", ""), _negated=True),
                            models.Q(("record_reference", ""), _negated=True),
                            models.Q(("case_reference", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="follow_up_names_what_it_follows",
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("record__isnull", False),
                    models.Q(("record_reference", ""), _negated=True),
                    models.Q(("case_reference", ""), _negated=True),
                    _connector="OR",
                ),
                name="issue_names_its_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__isnull", True), ("severity__lte", 3), _connector="OR"),
                name="issue_severity_is_0_to_3",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("record__isnull", False),
                    models.Q(("record_reference", ""), _negated=True),
                    models.Q(("case_reference", ""), _negated=True),
                    _connector="OR",
                ),
                name="recommendation_names_its_record",
            ),
        ),
    ]
