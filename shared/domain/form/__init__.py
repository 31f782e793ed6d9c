"""What a person enters: page 1 the request, page 2 the code, page 3 the account's details."""
