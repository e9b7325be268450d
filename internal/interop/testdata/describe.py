"""Describe the project of the working directory."""

from lazyscribe import Project
from neutral import answer, describe

answer(lambda request: describe(Project("project.json", mode=request["mode"])))
