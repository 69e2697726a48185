"""purenn as a book of web pages: every module beside what it means, every example run, every line to be changed.

    mathml      formulas, from the Unicode that stands in the docstrings
    equations   the book's equations that the modules name
    names       where each name is defined, and where each use of it leads
    examples    doctests: run while the book is made, and set as they came out
    prose       Markdown, with formulas, names and equations in it
    code        lines of a module, coloured and linked
    figures     pictures drawn by purenn of what purenn computes
    modules     a module as rows: prose on the left, the code it speaks of on the right
    teaching    the pages between the modules: `text/` holds them, questions, games and exercises are put in
    book        all pages in their order, and what must be true of them
    lab         Python for the page: what runs when a reader presses Run
    inside      what that Python does there
    web/        the style and the scripts of the pages

`python -m purenn.edition OUT` makes it; README.md in this folder says more.
"""
