"""Whether a choice of money is of any money at all."""

from funding.scenarios.facts import Facts, Selection


def reaches(facts: Facts, chosen: Selection) -> bool:
    """Some money falls by itself, or hangs on an allocation that does."""
    frames = {(one.source, one.year): one.key for one in facts.frames}
    return any(chosen.has(one) for one in facts.tranches) or any(
        chosen.has_all_of(source, facts.owners.get(source), frames.get((source, one.year or 0)), one.year)
        for one in facts.tranches
        for source in {condition.source for condition in one.conditions if condition.source is not None}
    )
