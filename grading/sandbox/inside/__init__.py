"""What runs inside the sandbox: bound read-only into it, so it imports nothing else of this project."""
