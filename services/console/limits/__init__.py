"""What limits have counted about an importer, a name, an address or a network, and forgetting it."""
