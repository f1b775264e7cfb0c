"""Shapes of what people type. They decide nothing: actions check again."""
