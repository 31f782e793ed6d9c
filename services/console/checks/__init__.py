"""What `acectl doctor` looks at: one module for each part of the system; each check gives a verdict and what to do."""
