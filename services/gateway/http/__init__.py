"""The form's session cookie and its pages' tokens."""
