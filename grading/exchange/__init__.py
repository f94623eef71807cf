"""The exchange: how assignments reach learners and attempts reach the marker, over HTTP and one durable queue."""
