"""The pages of funding, a module a noun."""
