"""Each rule of a row of plans and accounts is broken once."""

import pytest
from django.db import IntegrityError

from tests.funding.constraints.plans import BREAKS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()
