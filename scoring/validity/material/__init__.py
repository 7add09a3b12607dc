"""What the stability suite adds to answers: one file per language, written without a look at any lexicon."""
