"""How far the scores can be believed: agreement with people, stability, and what each question is worth."""
