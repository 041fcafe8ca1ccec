"""The pure engine: definitions, a response, an input and the time in; a response and events out."""
