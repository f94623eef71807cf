"""What happens to people in the hospital, and the records it leaves."""
