"""MongoDB, one file a collection. The only place that knows the driver."""
