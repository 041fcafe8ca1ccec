"""What people talk to: understanding, dialogue, wording and the gateway to the channels."""
