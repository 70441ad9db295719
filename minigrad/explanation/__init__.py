"""The arithmetic of layers, spelled out; `minigrad.explain` is its face."""
