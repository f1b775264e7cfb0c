"""Two ways that every room shares: how a thing is versioned, and how one points at a thing from anywhere.

**A versioned thing** (a codebook, a questionnaire; later an indicator definition, a Delphi round, a risk matrix) has
numbered versions. One of them at most is a draft that people change; the others are published and never change again.
A room that has such a thing writes:

1. The model of a version, and a trigger on each table that holds parts of one::

       class IndicatorVersion(Version):
           indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="versions")

           class Meta(Version.Meta):
               constraints = version_rules("indicator")
               triggers = [frozen_version("indicators_indicatorversion")]

       class Term(models.Model):
           version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="terms")

           class Meta:
               triggers = [frozen_part("term_is_frozen", "indicators_indicatorversion")]

   `Indicator` has a column `updated_at`. The queryset of the versions extends `versions.querysets.VersionQuerySet`.

2. What the verbs cannot know, once, beside its actions::

       INDICATORS = Versioning(
           model=IndicatorVersion, of="indicator", check_can_edit=policies.check_can_edit_indicator,
           copy_parts=..., check_parts=..., remove_parts=..., carried=("unit",),
       )

   `versions.actions` then starts, publishes and discards drafts: `publish(versioning=INDICATORS, thing=..., by=...)`.

3. For the page and the API of a comparison: its version as a list of `versions.comparing.Part`. The page is one call of
   `versions.views.comparison_page`, the address of the API is `versions.api.CompareMixin`.

4. Where a published version is read on every request: `versions.frozen.read_once(version, read)`.

**Pointing at a thing**: see `versions.pointing`.
"""
