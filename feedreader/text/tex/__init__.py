"""TeX as Unicode. Pure."""
