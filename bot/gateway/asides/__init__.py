"""What the gateway answers by itself, before the dialogue: hearing again, joining two channels, voice notes."""
