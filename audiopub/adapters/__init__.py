"""Adapters of every port but Engine, each named for what it is made of."""
