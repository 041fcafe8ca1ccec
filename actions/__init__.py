"""The action server: thin adapters between Rasa's dialogue, the screening engine and the follow-up database."""
