"""What every part of a scenario is: frozen, and an unknown key is an error."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
