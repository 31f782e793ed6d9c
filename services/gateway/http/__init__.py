"""The form's HTTP layer: cookies, tokens, form bodies, security headers and the server."""
