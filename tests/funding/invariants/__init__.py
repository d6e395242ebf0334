"""Each of I1–I18 (docs/invariants.md): refused through the models, by raw SQL, and of eight who try at once."""
