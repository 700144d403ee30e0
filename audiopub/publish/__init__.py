"""An episode to what a podcast app, a browser and a crawler read."""
