"""MongoDB, one file per collection. Nothing else imports the driver."""
