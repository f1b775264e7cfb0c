"""Actions of the room. Evidence rooms send texts to coding with `freeze_unit` and `freeze_units`."""

from coding.actions.units import NewUnit, freeze_unit, freeze_units

__all__ = ["NewUnit", "freeze_unit", "freeze_units"]
