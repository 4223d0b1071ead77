"""How much a title tells: whether it is the name of one work, or of a kind of piece that every journal prints. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from feedreader.text.normalize import ANYWHERE, match_mode, normalize

GENERIC, COMMON, TELLING = 0, 1, 2


def _words(text: str) -> frozenset[str]:
    return frozenset(normalize(text).split())


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
    leitartikel geleit nachwort schlusswort titelseite personalia danksagung leserbriefe korrigenda literaturverzeichnis
    autorenverzeichnis autorinnen abkürzungsverzeichnis zusammenfassung herausgebers
    annexes bibliographie chronique chroniques lecteurs nécrologie rectificatif résumés liste
    agradecimientos bibliografía carta cartas contraportada conclusiones corrección erratas necrológica recensiones
    resenha agradecimentos corrige notizie presentazione redazione
    boekbespreking boekbesprekingen colofon inhoudsopgave inleiding recensies redactie
    förord inledning innehåll recensioner ledare forord indledning innhold innledning leder anmeldelse anmeldelser
    bokanmeldelser arvostelut esipuhe johdanto pääkirjoitus sisällys
    wstęp spis treści redakcji recenzje przedmowa słowo wstępne úvod úvodník obsah recenze předmluva recenzie uvodnik
    predgovor sadržaj recenzija recenzije előszó tartalom bevezetés szerkesztői könyvismertetés
    önsöz içindekiler editörden giriş sunuş cuvânt înainte recenzii cuprins daftar isi kata pengantar nói đầu
    аннотации введение заключение некролог оглавление от предисловие редакции рецензии рецензия содержание хроника
    вступ зміст передмова рецензії увод садржај εισαγωγή περιεχόμενα πρόλογος
    권두언 머리말 목차 서문 서평 정오표 차례 편집자의 표지 บทบรรณาธิการ สารบัญ คำนำ संपादकीय प्रस्तावना
    افتتاحية مقدمة المحتويات كلمة العدد التحرير پیشگفتار سخن سردبیر مقدمه فهرست הקדמה מבוא העורך תוכן העניינים
""")
# The same in scripts that put no blanks between words, and what joins them.
_UNSPACED = re.compile(
    normalize(
        "目录 目次 目錄 编者按 编后记 编者的话 卷首语 前言 序言 序文 序 书评 書評 "
        "勘误表 勘误 更正 封面 封底 征稿启事 启事 编辑委员会 编委会 "
        "編集後記 編集委員会 巻頭言 はじめに おわりに まえがき あとがき "
        "正誤表 訂正 表紙 奥付 会告 会報 お知らせ 追悼 後記 からの の 的"
    ).replace(" ", "|")
)
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
_NUMBER = re.compile(
    r"\d.*|[a-z]|[ivx]{2,6}|[xlcdm][ivxlcdm]{1,4}|nr|no|vol|pp"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|(fir|1)st|second|third|(four|fif|six|seven|eigh|nin|ten)th"
    r"|eins|zwei|drei|vier|erste[rsn]?|zweite[rsn]?|dritte[rsn]?|vierte[rsn]?|un|deux|trois|quatre|premiere?|deuxieme"
    r"|troisieme|quatrieme|uno|dos|tres|primer[ao]?|segund[ao]|tercer[ao]?|terceir[ao]|prim[ao]|second[ao]|terz[ao]"
    r"|перв\w\w|втор\w\w|треть\w|第?[一二三四五六七八九十]+[部章回篇]?|[上中下]"
)
# What is said of another work: that has its name, and several may say it.
_OF_ANOTHER = re.compile(
    r"(book )?reviews? of|book reviews?|(comments?|commentary|note) on"
    r"|(authors? )?(reply|response|rejoinder) to"
    r"|(author |publisher )?(erratum|errata|corrigendum|corrigenda|correction|corrections|addendum|retraction)( note)?"
    r"( for| on| to)?\b|rezension|recension|compte rendu|resena|recensione|resenha"
)
_PIECES = _words(
    "erratum corrigendum correction addendum retraction comment comments reply response rejoinder discussion "
    "supplement appendix spring summer autumn fall winter"
)
_ALIKE = 0.6  # share of the words of two titles that both have, for them to be nearly the same
_ENOUGH = 3  # words of a subject make a title telling
_SYMBOLS = 2  # characters of an unspaced script that weigh as one word


def is_number(word: str) -> bool:
    """Whether a word counts or letters the parts of a series: 2012, II, B, second."""
    return _NUMBER.fullmatch(word) is not None


def _kind(words: Sequence[str]) -> str:
    """A title's words without numbers and small ones."""
    return " ".join(word for word in words if word not in _FUNCTION and not (is_number(word) and len(word) > 1))


# Whole titles that say no more, though made of words that others have too; numbers and small words do not count.
_KINDS = frozenset(
    _kind(normalize(title).split())
    for title in """
    advisory board/appointments/assorted links/brief communication/case report/chair's
    message/clarification/colloquium/colloquium talk/committees/communications/complete issue/concluding
    remarks/cover image/cover picture/crossword/daily
    digest/data/dataset/demo/demonstrations/discussion/dissertation/editor's choice/editor's desk/editors picks/end
    matter/essay/focus/forum/frontispiece/full issue/full issue pdf/general discussion/graphical abstract/half title
    page/honors/images/jobs/lecture/lectures/links/list figures/maps/master's thesis/methods/miscellany/news
    views/nomenclature/officers/thread/organizing committee/original article/other/patents/people/phd
    thesis/plates/poems/positions/preliminaries/prelims/prizes/problems/problems
    solutions/prologue/puzzle/puzzles/questions answers/quiz/research article/research highlights/research
    note/results/roundup/seminar/seminar talk/short communication/solutions/spine/sponsors/student
    abstracts/supporting information/symbols/tba/tbd/be announced/technical note/thank our
    reviewers/thesis/tutorial/tutorials/varia/week science/week/weekly digest/weekly links/weekly
    roundup/available/background/talk tba/title tba/anhang/teil/ours/première partie/deuxième
    partie/partie/présentation/informations/normas autores/créditos/not available/keynote address/closing
    remarks/this week/open thread/supplementary material/misc/colophon/colofon/presidential address/world in
    brief/clarifications/annexe/chronique/normas/kurz berichtet/mot du président/notes de lecture/table des
    matières/livres reçus/page de titre/première page/présentation du numéro/fe de erratas/libri ricevuti/aus der
    gesellschaft/veranstaltungen/zu diesem heft/autoren dieses heftes/mục lục/目 次/lời nói đầu/דבר העורך/편집자의 글/
    kitap
    tanıtımı/od redakcji/kirja arvostelut
    """.split("/")  # noqa: SIM905
)


@lru_cache(maxsize=4096)
def weight(title: str) -> int:
    """GENERIC ("Editorial", "Issue 3: Table of contents"), COMMON ("Kites", "Deep learning") or TELLING.

    Two works may well have a common title; hardly ever a telling one: of 47,000 preprints two did so by chance.
    """
    words = normalize(title).split()
    said = 0  # words of a subject
    for word in words:
        said += _says(word)
        if said >= 2 * _ENOUGH:
            break
    if said < 2 * _ENOUGH and _kind(words) in _KINDS:
        return GENERIC
    if said >= _ENOUGH:
        return COMMON if words[0] in _PARTS and _OF_ANOTHER.match(" ".join(words[:4])) else TELLING
    is_named = not _PARTS.isdisjoint(words)
    if not said:
        return COMMON if words and not is_named and _FUNCTION.issuperset(words) else GENERIC
    return TELLING if said == 2 and len(words) >= 4 and not is_named else COMMON


@lru_cache(maxsize=8192)
def _says(word: str) -> int:
    """How many words of a subject a word counts for."""
    if word in _SAY_NOTHING or is_number(word):
        return 0
    if match_mode(word) != ANYWHERE:
        return 1
    rest = _UNSPACED.sub("", word)
    return max(len(rest) // _SYMBOLS, 1) if rest else 0


def subject(title: str) -> frozenset[str]:
    """The words of a title that say what it is about."""
    return frozenset(word for word in normalize(title).split() if _says(word))


def are_numbered(a: str, b: str) -> bool:
    """Whether two titles differ in their numbers, or in one that only one of them has, as parts of a series do; or
    one is a reply, say, or the erratum."""
    words, others = {*normalize(a).split()}, {*normalize(b).split()}
    mine, theirs = words - others - _FUNCTION, others - words - _FUNCTION
    numbers = [any(map(is_number, different)) for different in (mine, theirs)]
    if not _PIECES.isdisjoint(mine | theirs):
        return True
    return all(numbers) or (any(numbers) and all(is_number(word) or word in _PARTS for word in mine | theirs))


def are_alike(a: str, b: str) -> bool:
    """Whether two titles are nearly the same words, as after a revision."""
    words, others = {*normalize(a).split()}, {*normalize(b).split()}
    return len(words & others) >= _ALIKE * len(words | others)
