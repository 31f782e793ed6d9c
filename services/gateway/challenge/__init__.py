"""Human verification on page 1, where it is prompted (guide, step 3d).

`prompting` says when, `proof_of_work` is our own check (ALTCHA), `siteverify` another provider's, `waiting_line` the
way without scripts, and `verification` puts them together for the page. None of them asks a person to solve a puzzle
(WCAG 2.2, 3.3.8), unless the chosen provider does.
"""
