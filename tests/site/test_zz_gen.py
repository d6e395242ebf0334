import pytest
from tests.site.matrix import Row, ask, answer
from tests.site.funding_world import VISITORS, FundingWorld


def test_gen(db):
    out = [
        "# Who gets which answer about money from call to settlement. “login” sends to the login page; after a colon in the address",
        "# stands an act, after one in `whose` how far the thing has come (see funding_world.py).",
        "",
        ("address method whose " + " ".join(VISITORS)),
    ]
    lines = []
    world = FundingWorld()
    problems = []
    for line in open("/tmp/kb/5Hq/rows.txt"):
        line = line.strip()
        if not line or line.startswith("#"):
            lines.append(line)
            continue
        a, m, w = line.split()
        got = []
        for v in VISITORS:
            try:
                r = ask(world.clients[v], m, world.url(a, w, v))
                got.append(answer(r))
                if r.status_code == 403 and not str(getattr(r, "context", None) and r.context.get("exception")):
                    problems.append((line, v, "no reason"))
            except BaseException as e:
                got.append("ERR")
                problems.append((line, v, repr(e)[:300]))
        lines.append([a, m, w, *got])

    def fmt(parts):
        return f"{parts[0]:<28}{parts[1]:<8}{parts[2]:<20}" + "".join(f"{p:<10}" for p in parts[3:]).rstrip()

    text = (
        "\n".join(
            out[:3]
            + [fmt(out[3].split())]
            + [("\n" + l if l.startswith("#") else l) if isinstance(l, str) else fmt(l) for l in lines]
        )
        + "\n"
    )
    open("/tmp/kb/5Hq/matrix.out", "w").write(text.replace("\n\n\n", "\n\n"))
    open("/tmp/kb/5Hq/matrix.err", "w").write("\n".join(map(str, problems)))
