"""Where a person is in the form, and what follows from what they send and what the workers answer. No web framework."""
