"""The scorer that asks a language model: it marks key points, we compute the level. `scorer` tells it all."""
