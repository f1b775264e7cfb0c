"""SQL that finds the case and the event a row names, the same for the check of a row and for its making."""

from casestudies.recipes.case_shape import NAME as CASES

# The case datasets above one: a dataset of comments may be joined with proposals, which are joined with cases.
_ABOVE = """
    WITH RECURSIVE above AS (
      SELECT id, linked_with_id, recipe, 1 AS step FROM imports_dataset WHERE id = {dataset}
      UNION ALL
      SELECT d.id, d.linked_with_id, d.recipe, step + 1 FROM imports_dataset d JOIN above a ON d.id = a.linked_with_id
    ) SELECT id FROM above WHERE recipe = '{cases}'
"""


def case_of(name: str, dataset_id: int) -> str:
    """The id of the case that the text expression names, NULL where there is none: by its number in the case datasets
    joined above; by its address; else by its number where only one case of the organisation has it."""
    above = _ABOVE.format(dataset=int(dataset_id), cases=CASES)
    mine = f"(SELECT organisation_id FROM imports_dataset WHERE id = {dataset_id:d})"
    standing = f"c.organisation_id = {mine} AND c.review_state <> 'withdrawn'"
    noun = (
        "FROM imports_sourcedtarget n JOIN casestudies_casestudy c ON c.id = n.target_id"
        f" WHERE n.recipe = '{CASES}' AND n.key = {name} AND {standing}"
    )
    return (
        f"coalesce((SELECT n.target_id {noun} AND n.dataset_id IN ({above}) LIMIT 1),"
        f" (SELECT c.id FROM casestudies_casestudy c WHERE c.slug = {name} AND {standing}),"
        f" (SELECT min(n.target_id) {noun} HAVING count(*) = 1))"
    )


def event_of(name: str, case_study_id: str, dataset_id: int) -> str:
    """The id of the event that the text expression names: by number, or by title within the case."""
    mine = f"(SELECT organisation_id FROM imports_dataset WHERE id = {dataset_id:d})"
    return (
        "(SELECT e.id FROM casestudies_cocreationevent e JOIN casestudies_casestudy c ON c.id = e.case_study_id"
        f" WHERE c.organisation_id = {mine} AND c.review_state <> 'withdrawn'"
        f" AND ({case_study_id} IS NULL OR e.case_study_id = {case_study_id})"
        f" AND (e.id::text = {name} OR {case_study_id} IS NOT NULL AND e.title = {name}) ORDER BY e.id LIMIT 1)"
    )
