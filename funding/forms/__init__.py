"""The forms of funding, a module a noun."""
