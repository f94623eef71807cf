"""How nbgrader works inside a user's server: the spawner says who is there in XINGLIN_ROLE and XINGLIN_COURSE."""

import os
from pathlib import Path
from typing import Any

from nbgrader.auth import JupyterHubAuthPlugin
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.exchange.client import configure as use_http_exchange


class MarkedElsewhere(NbGraderPreprocessor):  # type: ignore[misc] # untyped
    """Formgrader's Autograde button would run a learner's code beside the gradebook: it says so instead."""

    def preprocess(self, nb: Any, resources: Any) -> Any:  # noqa: ANN401, ARG002 - nbgrader's own
        """Refuse."""
        raise RuntimeError(
            "Submissions are marked when they are handed in, in a sandbox. To mark again, use the teaching page of the "
            "portal. 提交后会在沙箱中自动评分;需要重新评分时,请使用门户的教学页面。"
        )


def configure(c: Any) -> None:  # noqa: ANN401 - traitlets' configuration object
    """Exchange over HTTP for everybody; a course folder for those who teach one."""
    use_http_exchange(c)
    c.Authenticator.plugin_class = JupyterHubAuthPlugin
    c.Exchange.path_includes_course = True
    c.NbGrader.logfile = ""
    c.Autograde.autograde_preprocessors = [MarkedElsewhere]
    course = os.environ.get("XINGLIN_COURSE", "")
    if course and os.environ.get("XINGLIN_ROLE") != "learner":
        c.CourseDirectory.course_id = course
        c.CourseDirectory.root = str(Path.home() / "courses" / course)
