"""The pages of brokering, a module a noun."""
