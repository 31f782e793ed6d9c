"""For operators: acectl."""
