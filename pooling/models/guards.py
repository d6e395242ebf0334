"""What the database refuses of pools, whoever writes it: a rule over several rows, as a trigger."""

import pgtrigger

NAME = "a_short_pool_has_an_alarm"


def SHORT_POOL_HAS_AN_ALARM(by: str, pool: str, *columns: str) -> pgtrigger.Trigger:  # noqa: N802 - made as a constant is
    """A pool that is put to providers is never silently short: fewer seats than its least class size is an alarm.

    What others have of its course counts (Pool.class_seats). Asked when the transaction ends. `by`: the column of
    pools that the changed row names, in `pool`; `columns`: what makes it ask.
    """
    return pgtrigger.Trigger(
        name=NAME,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=pgtrigger.UpdateOf(*columns),  # type: ignore[no-untyped-call]  # untyped in pgtrigger
        func=f"""
        IF EXISTS (
            SELECT 1 FROM pooling_pool p WHERE p.{by} = NEW.{pool} AND p.state IN ('frozen', 'arranged')
            AND p.min_seats > (
                SELECT COALESCE(sum(m.seats), 0) FROM pooling_poolmember m
                WHERE m.pool_id = p.id AND m.left_at IS NULL AND m.state IN ('interested', 'binding')
            ) + (
                SELECT COALESCE(sum(r.seats), 0) FROM pooling_reservation r
                WHERE r.run_id = p.run_id AND r.released_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM pooling_poolmember m WHERE m.pool_id = p.id AND m.need_id = r.need_id
                    AND m.left_at IS NULL AND m.state IN ('interested', 'binding')
                )
            )
            AND NOT EXISTS (SELECT 1 FROM pooling_poolalarm a WHERE a.pool_id = p.id AND a.settled_at IS NULL)
        ) THEN
            RAISE EXCEPTION '{NAME}: too few seats, and nobody is told'
            USING ERRCODE = 'check_violation', CONSTRAINT = '{NAME}';
        END IF;
        RETURN NULL;
        """,
    )
