"""The pytest face of the suite: collection, xdist workers, the fixture `s3_reference`."""
