"""The proof in plain Python: canonical text, chain, signing keys, recorded heads."""
