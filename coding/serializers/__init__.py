"""Rows as the API shows and accepts them. Shapes only: actions decide."""
