"""Where a person is in the form, and where posts and replies take them. No web framework."""
