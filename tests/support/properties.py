"""How examples that hypothesis makes are tried: the same ones each time, and as slowly as the machine wants.

Write ``@STEADY`` above ``@given``; ``settings(STEADY, max_examples=30)`` tries fewer.
"""

from hypothesis import HealthCheck, settings

STEADY = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
