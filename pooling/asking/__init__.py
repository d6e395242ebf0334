"""From a pool, or one need, to a course: who is asked, how many at a time, and what the chosen bid becomes."""
