"""The pages of gaps between demand and supply."""

from tests.browser.sample import Sample
from tests.browser.things import COUNTY, LEADER, NOBODY

GAP_SAMPLES = [
    Sample("gap-list", COUNTY),
    Sample("gap-list", LEADER, "?weeks=52"),
    Sample("gap-list", NOBODY, status=403),
    Sample("gap-figure", COUNTY),
    Sample("gap-figure", COUNTY, "?by=day"),
    Sample("gap-what-if", COUNTY),
    Sample("gap-what-if", COUNTY, "?change=run&asked=1&competence=sveising-og-platearbeid&place=5605"),
    Sample("gap-what-if", LEADER, "?change=move&asked=1"),
    Sample("gap-what-if", LEADER, "?change=reach&asked=1&km=200"),
    Sample("gap-needs", COUNTY, "?municipality=0000", status=404),
]
GAP_NOT_PAGES = {"gap-csv": "a file", "gap-xlsx": "a file"}
