"""Questions read out: the recordings of the packs' own texts, for the web page and the messengers."""
