"""The assessment partner's side: list, order, link, status, result, in the dialects of those who order."""
