"""Offers from outside: what is read, what is understood, what is stored, and what is told of it."""
