"""Where demand is larger than what can be reached, how long it has been so, and what would help.

Every night (reckoning) the open, shared needs are read with the courses that fit them (demand), the free seats are
dealt out (dealing), and what is met and what is not is put into groups that may be published (grouping). The pages read
those groups: as a table (cells) and a map (charts), as the figure with its history (figure), and with something changed
(what_if). docs/decisions/0021 says why.
"""
