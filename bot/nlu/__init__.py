"""Understanding of messages in Spanish and Southern Quechua: the components named in config.yml and their parts."""
