"""A report as a workbook: every number as a cell, every cell traceable to the card that it comes from."""

from __future__ import annotations

from posterscan.messages import Language
from posterscan.report.figures import Figures
from posterscan.report.workbook.book import Book, Links
from posterscan.report.workbook.by_table import matrix_sheet
from posterscan.report.workbook.cards import argument_sheet, card_sheet, doubt_sheet
from posterscan.report.workbook.items import group_sheet, ingredient_sheet, intention_sheet
from posterscan.report.workbook.overview import method_sheet, overview_sheet
from posterscan.report.workbook.words import SHEETS


def workbook(figures: Figures, language: Language, *, links: Links | None = None) -> bytes:
    """An XLSX file of a report, with native tables and charts.

    links: the relative address, percent-encoded, of a row's `crop` or `picture`, empty for none; without it nothing is linked.
    """
    book = Book(language, links)
    keys = [key for key in SHEETS if key != "groups" or figures.gathered.groups]
    sheets = {key: book.sheet(SHEETS[key]) for key in keys}
    ingredients = ingredient_sheet(book, sheets["ingredients"], figures)
    matrix_sheet(book, sheets["matrix"], figures)
    intentions = intention_sheet(book, sheets["intentions"], figures)
    card_sheet(book, sheets["cards"], figures)
    argument_sheet(book, sheets["arguments"], figures)
    doubt_sheet(book, sheets["doubts"], figures)
    if "groups" in sheets:
        group_sheet(book, sheets["groups"], figures)
    method_sheet(book, sheets["method"], figures)
    # last, since it says what did not fit and draws from the other sheets
    overview_sheet(book, sheets["overview"], figures, ingredients, intentions)
    return book.finish()
