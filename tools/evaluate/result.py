"""What one set of documents says of the program: figures with their names, rows to print, what went wrong where."""


class Wrong:
    """What went wrong in one document."""

    # Longest part of a line that is shown, in characters.
    SHOWN = 150

    def __init__(self, name, badness=None):
        self.name, self.lines, self._badness = name, [], badness

    def add(self, what, why, line):
        self.lines.append(f"{what} ({why}): {line[:self.SHOWN]}")

    @property
    def badness(self):
        return len(self.lines) if self._badness is None else self._badness


class Result:
    """One set of documents."""

    def __init__(self, name):
        self.name = name
        # The figures by name, and for those that a floor may hold, whether it is the least or the most accepted.
        self.figures, self.ways = {}, {}
        self.rows, self.notes, self.wrong = [], [], []
        # Paragraphs or documents that have no answer.
        self.unanswered = 0

    def row(self, title, prefix, shares, way):
        """Figures of one kind: `prefix` and each key make their names."""
        self.rows.append(f"  {title:32} " + "  ".join(f"{key} {value:.4f}" for key, value in shares.items()))
        for key, value in shares.items():
            name = f"{self.name}.{prefix}{key}"
            self.figures[name] = value
            if way:
                self.ways[name] = way

    def worst(self):
        """What went wrong, the worst document first."""
        return sorted((wrong for wrong in self.wrong if wrong.badness), key=lambda wrong: -wrong.badness)
