"""What people see: templates, wording, and the assets that go with them."""
