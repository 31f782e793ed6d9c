"""Issues and checks codes, and lets them expire."""
