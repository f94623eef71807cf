"""OMOP CDM 5.4: one Parquet file for each table and one DuckDB file with the CDM's keys.

A real CDM names its facts by standard concepts of SNOMED CT and RxNorm. These may not be shipped, so the codes of the
records (ICD-10, ATC, LOINC, ICD-9-CM-3, UCUM and own ones) stand as concepts of their own, numbered above
2,000,000,000 as OMOP reserves for local use. Dates and times are the hospital's own. A person is a patient of one
hospital; deaths are those in hospital.
"""

from simulator.formats.format import Format
from simulator.formats.omop.reading import read_omop
from simulator.formats.omop.writing import write_omop

OMOP = Format("OMOP 通用数据模型 5.4", "OMOP Common Data Model 5.4", "rows", write_omop, read_omop)

__all__ = ["OMOP"]
