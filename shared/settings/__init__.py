"""Every setting of the system: which there are, which process reads each, and how they are loaded."""
