"""One finding as pages, the API and commands show it. No database."""

from imports.findings.finding import Example, Finding, quoted


def test_names_are_quoted_and_of_many_the_first_twelve():
    names = [f"c{n}" for n in range(13)]

    assert quoted(["a", "b c"]) == "“a”, “b c”"
    assert quoted(names[:12]) == ", ".join(f"“{name}”" for name in names[:12])
    assert "more" not in quoted(names[:12])
    assert quoted(names).startswith(quoted(names[:12]) + " ")
    assert quoted(names).endswith(" 1 more")
    assert quoted(["a"] * 2_000, most=1).startswith("“a” ")
    assert "1,999" in quoted(["a"] * 2_000, most=1)


def test_a_finding_is_written_with_five_of_its_examples_and_without_what_is_looked_for():
    finding = Finding("cut_word", "A sentence.", ["a"], 9, [Example(f"v{n}", n, f"secret{n}") for n in range(7)])

    assert finding.as_json() == {
        "code": "cut_word",
        "sentence": "A sentence.",
        "columns": ["a"],
        "count": 9,
        "examples": [{"line": n, "value": f"v{n}"} for n in range(5)],
    }
