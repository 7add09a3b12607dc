"""The words a language says things with: stop words, negations, cues for each element of an answer, filler.

One YAML file per language lies beside this module; a new language is one file. Only the loader in `load`
reads files; a `Lexicon` itself is an immutable value that pure code may be given.
"""

from scoring.lexicon.load import load_lexicons
from scoring.lexicon.model import MIXED_UP, Cues, Lexicon, Script, Unit, keys_of

__all__ = ["MIXED_UP", "Cues", "Lexicon", "Script", "Unit", "keys_of", "load_lexicons"]
