"""The jobs of an import, stage by stage; `run` has their order."""
