"""The platforms that people reach the bot by."""
