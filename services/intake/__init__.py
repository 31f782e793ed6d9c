"""Takes applications in: the four validations, later the account details."""
