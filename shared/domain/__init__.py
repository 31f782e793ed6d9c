"""The rules of the application, pure: no server, no file, no clock. What is wrong is raised as `Invalid`."""
