"""What every entry of the knowledge has in common: frozen, typed, nothing unknown, both languages."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Money = Annotated[float, Field(ge=0, le=500_000)]
Positive = Annotated[float, Field(gt=0)]
Sex = Literal["male", "female"]
Setting = Literal["outpatient", "emergency", "inpatient"]
SETTINGS: tuple[Setting, ...] = ("outpatient", "emergency", "inpatient")


class Entry(BaseModel):
    """A record of a knowledge file; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Named(Entry):
    """An entry with an id and a name in both languages."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    zh: Annotated[str, Field(pattern=r"[\u4e00-\u9fff]")]
    en: Annotated[str, Field(pattern=r"[A-Za-z]")]
