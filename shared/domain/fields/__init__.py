"""Single fields as people type them: each is normalized, or refused with the rule that it breaks."""
