"""A refusal of a pure file is a code for programs and a sentence for people."""

from jobs.problems import Failed, Refused, Stopped
from rest.refusals import Refusal


def test_a_refusal_reads_as_its_sentence():
    refusal = Refusal("There is no sheet.", code="no_sheet")
    assert (str(refusal), refusal.message, refusal.code) == ("There is no sheet.", "There is no sheet.", "no_sheet")
    assert refusal.args == ("There is no sheet.",)
    assert Refusal("No.").code == "invalid"


def test_work_that_stops_is_a_refusal_with_its_code_first():
    for kind in (Stopped, Refused, Failed):
        stopped = kind("no_rows", "The file has no rows.")
        assert isinstance(stopped, Refusal)
        assert (str(stopped), stopped.code) == ("The file has no rows.", "no_rows")
