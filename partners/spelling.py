"""How far a word is from another as it is typed."""


def edits(one: str, other: str) -> int:
    """Letters added, left out, changed or swapped with their neighbour (optimal string alignment).

    >>> edits("svesing", "sveising"), edits("rengskap", "regnskap")
    (1, 1)
    """
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, previous = previous, row
    return previous[-1]
