"""One module a page, in the order in which a person meets them: `start`, `request`, `code`, `details`, `confirmation`.

`waiting` stands between any two of them. `status` and `checking` are what scripts ask: on pages that wait, and in forms.
"""
