"""What people type into one field: read, brought into one form, or refused with the rule that it breaks."""
