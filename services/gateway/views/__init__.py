"""What people see: templates, wording and assets."""
