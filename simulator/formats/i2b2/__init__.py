r"""An i2b2-like star: one table of facts, its dimensions, and concept paths by which facts are asked for.

Parquet files and one DuckDB file. Patients, encounters and instances have the world's own ids; times are UTC.
Paths are our own: \XL\Diagnosis\J\J18\J18.9\, \XL\Drug\J\J01\J01C\J01CA\J01CA04\ and so on.
"""

from simulator.formats.format import Format
from simulator.formats.i2b2.reading import read_i2b2
from simulator.formats.i2b2.writing import write_i2b2

I2B2 = Format("i2b2 星型模型", "i2b2 star schema", "rows", write_i2b2, read_i2b2)

__all__ = ["I2B2"]
