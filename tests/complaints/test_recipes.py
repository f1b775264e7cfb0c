"""What a file's rows are, where no column says."""

import pytest

from complaints.recipes import kind_hint


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        # Housing: findings of decisions; Chicago: findings about accused officers, and complaints with a case number
        ({"narrative": "complaint", "finding": "finding", "case_reference": "case_id"}, "finding"),
        ({"finding": "final_finding", "case_reference": "cr_id"}, "finding"),
        ({"narrative": "narrative", "case_reference": "cr_id"}, "complaint"),
        # letters that were decided
        ({"narrative": "Letter", "finding": "Outcome", "case_reference": "Case number"}, "complaint"),
        ({"narrative": "DESCRICAO", "status": "STATUS"}, "complaint"),
        ({"narrative": "Consumer complaint narrative", "closure": "Company response to consumer"}, "complaint"),
        ({"narrative": "Recommendation", "response": "Reply text", "finding": "Finding"}, "recommendation"),
    ],
)
def test_the_kind_of_record_follows_from_the_column_names(columns, kind):
    assert kind_hint(columns, {}) == {"kind": kind}


def test_subjects_give_the_language_of_a_file_without_longer_texts():
    subjects = frozenset(
        ["abertura de conta sem que o cliente a pedisse", "cobrança não reconhecida por uma conta que foi encerrada",
         "conta para a qual não há contrato", "cartão que não foi pedido"]
    )  # fmt: skip
    columns = {"subject": "Irregularidade"}
    assert kind_hint(columns, {"Irregularidade": subjects}) == {"kind": "complaint", "language": "pt"}
    assert kind_hint({**columns, "narrative": "Texto"}, {"Irregularidade": subjects}) == {"kind": "complaint"}
