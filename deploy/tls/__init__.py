"""An example of TLS between services and servers: a certificate authority of one's own, and what it signs."""
