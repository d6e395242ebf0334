"""What breaks each rule of a row, a module a noun; gathered by test_constraints."""
