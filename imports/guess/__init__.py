"""The first guess of a mapping, from names and contents of columns. Pure. Pages show it as a guess."""

from imports.guess.mapping import Guess, guess_mapping
from imports.guess.rules import guessed_word, number_format
from imports.guess.scores import holds_years, names_a_key

__all__ = ["Guess", "guess_mapping", "guessed_word", "holds_years", "names_a_key", "number_format"]
