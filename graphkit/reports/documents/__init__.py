"""A page as a document: the same words, tables and pictures as a Word file or as PDF."""

from graphkit.reports.documents.pdf import pdf
from graphkit.reports.documents.word import docx

__all__ = ["docx", "pdf"]
