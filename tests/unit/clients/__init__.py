"""The packages for authors of other gateways."""
