"""Figures to hold, measured side by side in one run: `make bench`. Ratios count; absolute times are this machine's."""
