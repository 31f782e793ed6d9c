"""How many examples the property tests try: few and always the same, so that a red build has one cause.

More, and new ones each time: ``pytest tests/unit --hypothesis-profile=search``.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "every-build", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("every-build")
