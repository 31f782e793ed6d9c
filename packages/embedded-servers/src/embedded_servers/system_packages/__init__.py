"""The distribution's packages, unpacked into the user's cache and run from there. Standard library only."""
