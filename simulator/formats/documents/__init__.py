"""Documents of inpatient stays in XML of the shape of HL7 CDA R2, in the style of China's WS/T 500 series.

Admission record, operation record, discharge summary and front page; no conformance is claimed.
"""

from simulator.formats.documents.reading import read_documents
from simulator.formats.documents.writing import write_documents
from simulator.formats.format import Format

DOCUMENTS = Format("共享文档(CDA)", "Shared documents (CDA)", "documents", write_documents, read_documents)
