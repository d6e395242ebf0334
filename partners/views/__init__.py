"""The pages of partners, a module a noun."""
