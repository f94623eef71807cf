"""Courses as code, exchange, sandbox, marking and feedback."""
