"""The forms of brokering, a module a noun."""
