"""How much a title tells: whether it is the name of one work, or of a kind of piece that every journal prints. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from feedreader.text.normalize import ANYWHERE, match_mode, normalize

GENERIC, COMMON, TELLING = 0, 1, 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that name parts of a journal, a book or a society's year, and say nothing of a subject.
_PARTS = _words("""
    abstract abstracts acknowledgement acknowledgements acknowledgment acknowledgments addenda addendum advertisement
    advertisements afterword agenda announcement announcements annual appendices appendix article articles author
    authors award awards back backmatter bibliography biographical biographies biography board book books bulletin
    calendar call chapter chapters classified column committee comment commentaries commentary comments concern
    conclusion conclusions conference contents contributor contributors copyright corrected correction corrections
    correspondence corrigenda corrigendum cover dedication discussion editor editorial editorials editors epilogue
    errata erratum events expression foreword forthcoming front frontmatter future glossary guest guidelines guide
    highlights imprint index information instructions interview introduction introductory inside invitation invited
    issue issues journal keynote keynotes keyword keywords letter letters list literature masthead matter matters
    meeting meetings member members memoriam memory message minutes miscellanea miscellaneous name names news
    newsletter next note notes notice notices notification obituaries obituary opening open opinion outlook overview
    page pages panel paper papers part participants perspective perspectives plenary poem policy portrait poster posters
    preamble preface preliminary preprint president presidential presidents press proceedings profile program
    programme publication publications publisher publishers questions received recent reference references referees
    remarks remembering replies reply report reports response responses retracted retraction retractions review
    reviewed reviewer reviewers reviews section selected series session sessions short society special spotlight
    staff statement subject submission submissions subscription subscriptions summaries summary supplement
    supplementary symposium table tables talk talks thanks this title titles toc tribute tributes untitled update
    updates upcoming viewpoint volume volumes welcome whats withdrawal withdrawn work workshop year yearly
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn fall winter
    autor autoren aufsatze beitrage berichte berichtigung besprechungen buchbesprechung buchbesprechungen einfuhrung
    einleitung errate geleitwort heft herausgeber impressum inhalt inhaltsverzeichnis jahrgang korrektur mitteilungen
    nachruf nachrufe nachwort register rezension rezensionen termine titelblatt titelei verzeichnis vorwort
    actualites annonce annonces auteurs avant comite compte comptes conclusion couverture editoriaux erratums livres
    nouvelles numero propos recensions redaction remerciements rendu rendus sommaire table
    contenido cubierta editoriales indice introduccion libros nota noticias portada prefacio presentacion prologo
    resena resenas sumario
    editoriale editoriali indici introduzione prefazione premessa recensione recensioni sommario
    apresentacao capa expediente introducao resenhas sumario
    inhoud redactioneel voorwoord woord vooraf
""")
_FUNCTION = _words("""
    a about an and are as at be been between but by can do does for from had has have he her here his how i if in into
    is it its me my new no not of off on or our out over she so some than that the their them then there these they
    those through to under up upon was we were what when where which who whom whose why will with within without you
    your all
    am an auf aus bei das dem den der des die ein eine im in mit nach uber und von vor zu zum zur
    au aux avec d dans de des du en et l la le les n par pour sur un une
    al como con del el en las los para por que sin su una y
    ai alla con da dal dei del della delle di e gli il lo nel nella per sul sulla
    ao as com da das do dos em na nas no nos o os para pela pelo sobre um uma
    het een van voor op te
""")
_SAY_NOTHING = _PARTS | _FUNCTION
_NUMBER = re.compile(r"\d.*|[a-z]|[ivx]{2,6}|nr|no|vol|pp|one|two|three|four|first|second|third|fourth")
_ALIKE = 0.6  # share of the words of two titles that both have, for them to be nearly the same
_ENOUGH = 3  # words of a subject make a title telling
_SYMBOLS = 2  # characters of an unspaced script that weigh as one word


@lru_cache(maxsize=4096)
def weight(title: str) -> int:
    """GENERIC ("Editorial", "Issue 3: Table of contents"), COMMON ("Kites", "Deep learning") or TELLING.

    Two works may well have a common title; hardly ever a telling one: of 47,000 preprints two did so by chance.
    """
    words = normalize(title).split()
    said = 0  # words of a subject
    for word in words:
        if word not in _SAY_NOTHING and not is_number(word):
            said += max(len(word) // _SYMBOLS, 1) if match_mode(word) == ANYWHERE else 1
            if said >= _ENOUGH:
                return TELLING
    is_named = not _PARTS.isdisjoint(words)
    if not said:
        return COMMON if words and not is_named and _FUNCTION.issuperset(words) else GENERIC
    return TELLING if said == 2 and len(words) >= 4 and not is_named else COMMON


def is_number(word: str) -> bool:
    """Whether a word counts or letters the parts of a series: 2012, II, B, second."""
    return _NUMBER.fullmatch(word) is not None


def are_numbered(a: str, b: str) -> bool:
    """Whether two titles differ in their numbers, or in one that only one of them has, as parts of a series do."""
    words, others = {*normalize(a).split()}, {*normalize(b).split()}
    mine, theirs = words - others - _FUNCTION, others - words - _FUNCTION
    numbers = [any(map(is_number, different)) for different in (mine, theirs)]
    return all(numbers) or (any(numbers) and all(is_number(word) or word in _PARTS for word in mine | theirs))


def are_alike(a: str, b: str) -> bool:
    """Whether two titles are nearly the same words, as after a revision."""
    words, others = {*normalize(a).split()}, {*normalize(b).split()}
    return len(words & others) >= _ALIKE * len(words | others)
