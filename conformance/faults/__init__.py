"""Planted deviations of the reference, and the one seam through which they are planted.

A fault is data with a few switches (`conformance.faults.switches`); nothing in the face
or the model knows of any.
"""
