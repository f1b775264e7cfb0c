"""Agreement between the coders of a round: read from the database, computed by `measures.agreement`, shown, exported.

`questions.py` says what is asked, `coded.py` holds what coders submitted, `figures.py` computes, `disagreements.py`
finds the units behind a figure, `marked.py` cuts texts at the ends of passages. `asking.py` reads a question from an
address, `reading.py` reads a round, `results.py` keeps the figures of a state of the data, `files.py` and `commands.py`
make what others need to compute them again. See docs/adr/0106.
"""
