"""Two things that every room shares: versions, and references from one room to a thing in another.

**A versioned thing** (a codebook, a questionnaire; later an indicator definition, a Delphi round, a risk matrix) has
numbered versions. At most one is a draft that people edit; the others are published and frozen.
A room that has such a thing needs:

1. The model of a version, and a trigger on each table of its parts::

       class IndicatorVersion(Version):
           indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="versions")

           objects = IndicatorVersionQuerySet.as_manager()

           class Meta(Version.Meta):
               constraints = version_rules("indicator")
               triggers = [frozen_version("indicators_indicatorversion")]

       class Term(models.Model):
           version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="terms")

           class Meta:
               triggers = [frozen_part("term_is_frozen", "indicators_indicatorversion")]

   `Indicator` has a column `updated_at`. The queryset of the versions is a `VersionQuerySet["IndicatorVersion"]`.

2. A `Versioning` beside its actions, with what differs from room to room::

       INDICATORS = Versioning(
           model=IndicatorVersion, of="indicator", check_can_edit=policies.check_can_edit_indicator,
           copy_parts=..., check_parts=..., remove_parts=..., carried=("unit",),
       )

   `versions.actions` then starts, publishes and discards drafts: `publish(versioning=INDICATORS, thing=..., by=...)`.

3. For the page and the API of a comparison: its version as a list of `versions.comparing.Part`. The page is one call of
   `versions.views.comparison_page`, the address of the API is `versions.api.CompareMixin`.

4. Where a published version is read on every request: `versions.frozen.read_once(version, read)`.

**References**: see `versions.pointing`.
"""
