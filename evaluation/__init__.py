"""How good matching is, measured on judged needs against the real catalogue: `make evaluate`."""
