"""Every email for people to look at, about people who do not exist: `make emails`."""
