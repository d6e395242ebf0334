"""The site in a real browser: what only shows there."""
