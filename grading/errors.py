"""What can go wrong in courses, marking and the exchange: one tree.

GradingError
├── FormatError        a course file is wrong: file, key, value, what would be right
├── DataError          a data set cannot be built or read
├── SandboxError       the sandbox cannot run here; nothing is ever run without it
├── SubmissionError    a submission cannot be accepted or marked (the learner reads why)
├── ExchangeError      the exchange cannot do what was asked
├── AnswerError        an answer came, but not in the form asked for
└── LearnerError       the learner's code gave no usable answer to one question
"""

from pathlib import Path
from typing import Literal

LearnerErrorKind = Literal["missing", "raised", "timeout", "crashed", "not_plain", "too_large"]


class GradingError(Exception):
    """Anything this package refuses; the message says what, where and what would be right."""


class FormatError(GradingError):
    """A file of a course is wrong.

    file: the file at fault; key: where in it (a YAML path such as `items[2].points`, or `line 14`);
    value: what stands there; right: what would be right.
    """

    def __init__(self, file: Path | str, key: str, value: object, right: str) -> None:
        self.file, self.key, self.value, self.right = Path(file), key, value, right
        shown = repr(value)
        if len(shown) > 80:  # noqa: PLR2004 - one line on a terminal
            shown = shown[:77] + "…"
        super().__init__(f"{file}: {key}: got {shown}; {right}")


class DataError(GradingError):
    """A data set cannot be built or read."""


class SandboxError(GradingError):
    """The sandbox cannot run on this machine; the message says why and what helps."""


class SubmissionError(GradingError):
    """A submission cannot be accepted or marked.

    message: a key of grading.messages, so that the learner reads the reason in their own language.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message, self.values = message, values
        super().__init__(f"{message}: {values}" if values else message)


class AnswerError(GradingError):
    """An answer came, but not in the form asked for.

    message: a key of grading.messages beginning with `form_`; values: what it is filled with. Never a value of the
    answer or of the hidden inputs.
    """

    def __init__(self, message: str, **values: object) -> None:
        self.message, self.values = message, values
        super().__init__(f"{message}: {values}" if values else message)


class ExchangeError(GradingError):
    """The exchange cannot do what was asked of it."""


class LearnerError(GradingError):
    """The learner's code gave no usable answer to one question.

    kind: `missing` (no such name), `raised` (an exception), `timeout`, `crashed` (the process ended),
    `not_plain` (the answer is not plain data), `too_large`. detail: for the log; a learner is shown only
    what grading.checks.feedback lets through, because it could carry hidden inputs out.
    """

    def __init__(self, kind: LearnerErrorKind, detail: str = "") -> None:
        self.kind: LearnerErrorKind = kind
        self.detail = detail
        super().__init__(f"{kind}: {detail}" if detail else kind)
