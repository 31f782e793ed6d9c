"""What the form does to HTTP: cookies, tokens, form bodies, security headers and the server itself."""
