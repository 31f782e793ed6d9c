"""What the form and the console share on the web: server, limits, security headers, posted forms, assets, frame."""
