"""Everything of the course that exists where student code runs: nothing in here is secret."""
