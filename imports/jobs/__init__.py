"""The long work of an import, stage by stage; `run` knows their order."""
