"""Names for arrays."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Masks: TypeAlias = NDArray[np.uint64]
Reals: TypeAlias = NDArray[np.float32]
Image: TypeAlias = NDArray[Any]
