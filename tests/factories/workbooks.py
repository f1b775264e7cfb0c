"""An XLSForm as rows of its sheets, and as the workbook that people upload."""

import io

import xlsxwriter

SURVEY = [
    [
        "type",
        "name",
        "label::English (en)",
        "label::Dutch (nl)",
        "hint",
        "required",
        "constraint",
        "relevant",
        "missing",
    ],
    ["begin group", "you", "About you", "Over u", "", "", "", "", ""],
    ["integer", "age", "Age?", "Leeftijd?", "In years", "yes", ". > 15", "", "refused"],
    ["select_one yes_no", "uses", "Uses it?", "Gebruikt u het?", "", "true()", "", "${age} >= 18", ""],
    ["end group", "", "", "", "", "", "", "", ""],
    ["text", "why", "Why?", "Waarom?", "", "no", "", "${uses} = 'no'", ""],
]
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Dutch (nl)", "missing", "number"],
    ["yes_no", "yes", "Yes", "Ja", "", "1"],
    ["yes_no", "no", "No", "Nee", "", "0"],
    ["yes_no", "dk", "Don't know", "Weet niet", "dont-know", ""],
]
SETTINGS = [["form_title", "default_language"], ["Uses", "English (en)"]]


def workbook(survey=SURVEY, choices=CHOICES, settings_=SETTINGS):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings_)):
        if rows is not None:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()
