"""What an operator types: one module a group of commands, and no rule but those of the command line."""
