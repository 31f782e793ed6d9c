"""Human verification on page 1, if prompted (guide, step 3d).

`prompting` decides when. `proof_of_work` is our own check (ALTCHA), `siteverify` asks another provider, and
`waiting_line` works without scripts; `verification` combines them for the page. Nobody has to solve a puzzle
(WCAG 2.2, 3.3.8), unless the chosen provider asks for one.
"""
