"""Rasa components of the pipeline in config.yml; each is a thin shell around a pure module of bot.nlu."""
