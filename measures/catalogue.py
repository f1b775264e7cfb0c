"""All measures that `python -m measures` computes: a new family adds its file here."""

from measures import complaints, shares
from measures.agreement import command as agreement
from measures.measure import Measure

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in sorted(
        (*agreement.MEASURES, *complaints.MEASURES, *shares.MEASURES), key=lambda measure: measure.name
    )
}
