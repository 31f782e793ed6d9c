"""Every setting: what it means, which process reads it, and how it is loaded."""
