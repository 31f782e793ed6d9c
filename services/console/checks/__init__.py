"""What `acectl doctor` looks at: a module a part of the system, each check a verdict and what to do."""
