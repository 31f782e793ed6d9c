"""The rules of the application. Pure: no server, file or clock. Wrong input raises `Invalid`."""
