"""What happens to the money if an allocation falls: pure functions over facts, which read and change nothing."""
