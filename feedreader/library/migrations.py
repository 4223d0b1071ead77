"""The tables, as numbered migrations. New ones are only ever appended.

    sources ──< entries >── papers >── groups          what was said, what it makes, where it stands
                  │  └──< keys                          by which entries find each other
                  └ name ──< marks   steps              what the reader did, by the paper's name in an entry

`entries` is the truth about what sources said; `papers`, `groups`, `keys` and the search index are worked out from it
and could be made anew. `marks` and `steps` are the truth about the reader. A mark hangs on a name that an entry gives
its paper (see `feedreader.merge.identity.entry_name`), so it stays right whichever entries turn out to be one paper,
and `forgotten` entries keep theirs. A step that changed many papers goes on in rows that are `part_of` its first (see
`feedreader.library.journal`).

A subscription is a source with a row in `subscriptions`. `addresses` keeps what servers said of the addresses fetched,
`batches` the announcement days that the library has of a subscription's target, `backfills` how far the fetching of
missed days has come, `looked_up` the ids that arXiv was asked about.

`rules` are the reader's rules as they were last applied, `applied` the number of papers stored (and stored again) by
then; `ruled` says which papers each is about, `unruled` which papers were stored since, and as which one. The columns
`highlighted` and `muted` repeat that for the list.

`profile` has one row: what was learned of the reader's interest, from which papers, and how many marks changed since
it was learned from all of them. `papers.scored` is the number of the profile that a paper's `interest`, `why` and
`kept_author` come from (0: none; negative while its `why` is still of an earlier one); `interest_order` follows when no
list in that order is on the screen.

`papers.url` is NULL where the arXiv id gives it, `comment` where it is that of the entry whose abstract is shown.
`sources.place` orders files by name, for `papers.place` (see `feedreader.library.order`).
The full-text index knows a paper's state by the number of a document, which begins with its day (see
`feedreader.library.search.index`): `documents` counts them day by day. `title_order` are the first words of its title.

`citations` keeps the citation keys that were given out, by each of a paper's names; `pdfs` the files that were fetched;
`zotero` the papers that were sent there (see `feedreader.library.zotero`).

`records` are what the machines that share a folder told one another, one for each name and field: the one that holds
(see `feedreader.sync.records`). `unsent` says which marks changed here since; both stay empty until there is such a
folder.
"""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        format TEXT NOT NULL,
        title TEXT,
        collection TEXT NOT NULL,
        imported_at TEXT NOT NULL,
        forgotten INTEGER
    );
    CREATE TABLE groups (
        id INTEGER PRIMARY KEY,
        day TEXT,
        collection TEXT,
        fold TEXT NOT NULL DEFAULT '',
        total INTEGER NOT NULL DEFAULT 0,
        unread INTEGER NOT NULL DEFAULT 0,
        shortlisted INTEGER NOT NULL DEFAULT 0
    );
    CREATE UNIQUE INDEX groups_place ON groups (day, collection, fold);
    CREATE TABLE papers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        grp INTEGER NOT NULL REFERENCES groups,
        place TEXT NOT NULL,
        position INTEGER NOT NULL,
        read INTEGER NOT NULL DEFAULT 0,
        shortlisted INTEGER NOT NULL DEFAULT 0,
        title TEXT,
        authors TEXT NOT NULL,
        arxiv_id TEXT,
        version INTEGER,
        doi TEXT,
        url TEXT,
        tldr TEXT,
        comment TEXT,
        categories TEXT NOT NULL,
        sources TEXT NOT NULL,
        mentions TEXT NOT NULL,
        revisions TEXT NOT NULL,
        abstract_entry INTEGER,
        doc INTEGER
    );
    CREATE INDEX papers_feed ON papers (grp, place, position, read, shortlisted);
    CREATE INDEX papers_unread ON papers (grp, place, position) WHERE read = 0;
    CREATE INDEX papers_shortlisted ON papers (grp, place, position) WHERE shortlisted = 1;
    CREATE UNIQUE INDEX papers_doc ON papers (doc);
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY,
        source INTEGER NOT NULL REFERENCES sources,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        fingerprint INTEGER NOT NULL,
        paper INTEGER,
        forgotten INTEGER,
        title TEXT,
        authors TEXT NOT NULL,
        abstract TEXT,
        tldr TEXT,
        comment TEXT,
        arxiv_id TEXT,
        version INTEGER,
        doi TEXT,
        url TEXT,
        categories TEXT NOT NULL,
        day TEXT,
        announced INTEGER NOT NULL,
        announce_type TEXT,
        mentions TEXT NOT NULL,
        quotes TEXT NOT NULL,
        line INTEGER
    );
    CREATE INDEX entries_source ON entries (source, name);
    CREATE INDEX entries_paper ON entries (paper);
    CREATE INDEX entries_name ON entries (name);
    CREATE INDEX entries_doi ON entries (doi) WHERE doi IS NOT NULL;
    CREATE INDEX entries_quoting ON entries (id) WHERE quotes <> '';
    CREATE INDEX entries_forgotten ON entries (forgotten) WHERE forgotten IS NOT NULL;
    CREATE TABLE keys (
        key INTEGER NOT NULL,
        entry INTEGER NOT NULL,
        PRIMARY KEY (key, entry)
    ) WITHOUT ROWID;
    CREATE TABLE marks (
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (name, kind)
    ) WITHOUT ROWID;
    CREATE TABLE steps (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        label TEXT NOT NULL,
        changes TEXT NOT NULL,
        undone_at TEXT
    );
    CREATE TABLE subscriptions (
        source INTEGER PRIMARY KEY REFERENCES sources,
        kind TEXT NOT NULL,
        target TEXT NOT NULL UNIQUE,
        folder TEXT,
        paused INTEGER NOT NULL DEFAULT 0,
        added_at TEXT NOT NULL,
        last_success TEXT,
        last_news TEXT,
        failing_since TEXT,
        error TEXT,
        status INTEGER,
        empty INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE addresses (
        url TEXT PRIMARY KEY,
        etag TEXT,
        last_modified TEXT,
        not_before TEXT,
        moved_to TEXT
    ) WITHOUT ROWID;
    CREATE TABLE batches (
        target TEXT NOT NULL,
        day TEXT NOT NULL,
        PRIMARY KEY (target, day)
    ) WITHOUT ROWID;
    CREATE TABLE backfills (
        target TEXT NOT NULL,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        done INTEGER NOT NULL,
        PRIMARY KEY (target, first, last)
    ) WITHOUT ROWID;
    CREATE TABLE looked_up (arxiv_id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE papers ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE papers ADD COLUMN dismissed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE papers ADD COLUMN kept_at TEXT;
    ALTER TABLE papers ADD COLUMN tags TEXT NOT NULL DEFAULT '';
    ALTER TABLE papers ADD COLUMN note TEXT;
    UPDATE papers SET kept_at = (
        SELECT min(m.at) FROM entries e JOIN marks m ON m.name = e.name AND m.kind = 'shortlisted' AND m.value = '1'
        WHERE e.paper = papers.id
    ) WHERE shortlisted = 1;
    CREATE INDEX papers_noted ON papers (id) WHERE note IS NOT NULL;
    CREATE INDEX papers_tagged ON papers (id) WHERE tags <> '';
    CREATE TABLE citations (name TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE) WITHOUT ROWID;
    CREATE TABLE pdfs (name TEXT PRIMARY KEY, file TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    DROP TABLE citations;
    CREATE TABLE citations (name TEXT PRIMARY KEY, key TEXT NOT NULL, number INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX citations_key ON citations (key);
    """,
    """
    ALTER TABLE papers ADD COLUMN highlighted INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE papers ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE groups ADD COLUMN highlighted INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE steps ADD COLUMN rule TEXT NOT NULL DEFAULT '';
    CREATE TABLE rules (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        position INTEGER NOT NULL,
        deed TEXT NOT NULL,
        query TEXT NOT NULL,
        name TEXT NOT NULL,
        applied INTEGER NOT NULL DEFAULT 0,
        UNIQUE (deed, query)
    );
    CREATE TABLE ruled (paper INTEGER NOT NULL, rule INTEGER NOT NULL, PRIMARY KEY (paper, rule)) WITHOUT ROWID;
    CREATE INDEX ruled_rule ON ruled (rule);
    CREATE INDEX papers_highlighted ON papers (grp) WHERE highlighted = 1;
    CREATE INDEX papers_muted ON papers (grp) WHERE muted = 1;
    """,
    """
    ALTER TABLE entries ADD COLUMN guid TEXT;
    ALTER TABLE entries ADD COLUMN journal TEXT;
    ALTER TABLE papers ADD COLUMN journal TEXT;
    ALTER TABLE groups RENAME COLUMN fold TO section;
    ALTER TABLE rules RENAME COLUMN deed TO effect;
    ALTER TABLE papers RENAME COLUMN kept_at TO shortlisted_at;
    ALTER TABLE sources ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
    """,
    """
    ALTER TABLE sources ADD COLUMN rank INTEGER;
    UPDATE sources SET rank = (
        SELECT n FROM (SELECT source, row_number() OVER (ORDER BY added_at, source) AS n FROM subscriptions)
        WHERE source = sources.id);
    DROP INDEX papers_feed;
    DROP INDEX papers_unread;
    DROP INDEX papers_shortlisted;
    ALTER TABLE papers ADD COLUMN category_order TEXT NOT NULL DEFAULT '';
    UPDATE papers SET category_order = CASE WHEN categories = '' THEN char(1114111)
        ELSE substr(categories, 1, instr(categories || char(10), char(10)) - 1) END;
    CREATE TEMP TABLE placed (paper INTEGER PRIMARY KEY, place TEXT, position INTEGER);
    INSERT OR IGNORE INTO placed
        SELECT e.paper, char(31) || printf('%06d', s.rank), e.position
        FROM sources s JOIN entries e ON e.source = s.id JOIN papers p ON p.id = e.paper JOIN groups g ON g.id = p.grp
        WHERE s.rank IS NOT NULL AND e.day IS g.day AND (g.day IS NOT NULL OR s.collection IS g.collection)
        ORDER BY s.rank, e.position;
    UPDATE papers SET (place, position) = (SELECT o.place, o.position FROM placed o WHERE o.paper = papers.id)
        WHERE id IN (SELECT paper FROM placed);
    DROP TABLE placed;
    CREATE INDEX papers_feed ON papers (grp, place, position, id, read, shortlisted);
    CREATE INDEX papers_unread ON papers (grp, place, position) WHERE read = 0;
    CREATE INDEX papers_shortlisted ON papers (grp, place, position) WHERE shortlisted = 1;
    CREATE INDEX papers_category ON papers (grp, category_order, place, position);
    CREATE INDEX papers_category_unread ON papers (grp, category_order, place, position) WHERE read = 0;
    """,
    """
    ALTER TABLE papers ADD COLUMN interest REAL;
    ALTER TABLE papers ADD COLUMN why TEXT NOT NULL DEFAULT '';
    ALTER TABLE papers ADD COLUMN kept_author TEXT;
    ALTER TABLE papers ADD COLUMN scored INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE papers ADD COLUMN interest_order INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX papers_interest ON papers (grp, interest_order, place, position);
    CREATE INDEX papers_interest_unread ON papers (grp, interest_order, place, position) WHERE read = 0;
    CREATE INDEX papers_kept ON papers (shortlisted_at) WHERE shortlisted = 1;
    CREATE INDEX papers_opened ON papers (id) WHERE opened = 1;
    CREATE INDEX papers_dismissed ON papers (id) WHERE dismissed = 1;
    CREATE TABLE profile (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        examples TEXT NOT NULL,
        changed INTEGER NOT NULL,
        highest INTEGER NOT NULL,
        pins TEXT NOT NULL,
        data BLOB
    );
    """,
    """
    ALTER TABLE entries ADD COLUMN preprint_doi TEXT;
    CREATE TABLE messages (source INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (source, name)) WITHOUT ROWID;
    CREATE TABLE zotero (name TEXT PRIMARY KEY, item TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE documents (bucket INTEGER PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE unruled (paper INTEGER PRIMARY KEY, number INTEGER NOT NULL);
    UPDATE rules SET applied = 0;
    ALTER TABLE papers ADD COLUMN title_order TEXT NOT NULL DEFAULT '';
    CREATE INDEX papers_title ON papers (title_order);
    DROP INDEX papers_category;
    DROP INDEX papers_category_unread;
    DROP INDEX papers_unread;
    DROP INDEX papers_interest;
    DROP INDEX papers_interest_unread;
    CREATE INDEX papers_category ON papers (grp, category_order, place, position, id, read);
    CREATE INDEX papers_interest ON papers (grp, interest_order, place, position, id, read);
    DROP INDEX papers_opened;
    DROP INDEX papers_dismissed;
    DROP INDEX papers_highlighted;
    DROP INDEX papers_muted;
    CREATE INDEX papers_opened ON papers (grp, place, position) WHERE opened = 1;
    CREATE INDEX papers_dismissed ON papers (grp, place, position) WHERE dismissed = 1;
    CREATE INDEX papers_highlighted ON papers (grp, place, position) WHERE highlighted = 1;
    CREATE INDEX papers_muted ON papers (grp, place, position) WHERE muted = 1;
    CREATE INDEX papers_revised ON papers (grp, place, position) WHERE revisions <> '';
    CREATE INDEX papers_tldr ON papers (grp, place, position) WHERE tldr IS NOT NULL AND tldr <> '';
    CREATE INDEX papers_mentions ON papers (grp, place, position) WHERE mentions <> '';
    CREATE INDEX papers_scored ON papers (grp, place, position) WHERE interest IS NOT NULL;
    """,
    """
    ALTER TABLE steps ADD COLUMN part_of INTEGER; CREATE INDEX steps_part ON steps (part_of) WHERE part_of IS NOT NULL;
    """,
    """
    ALTER TABLE sources ADD COLUMN place TEXT;
    CREATE TEMP TABLE places (source INTEGER PRIMARY KEY, place TEXT NOT NULL);
    INSERT INTO places SELECT id, char(96 + n + 2048 * (n > 55199))
        FROM (SELECT id, row_number() OVER (ORDER BY name, path) AS n FROM sources WHERE rank IS NULL);
    UPDATE sources SET place = (SELECT place FROM places WHERE source = sources.id);
    INSERT INTO places SELECT id, length(rank) || rank FROM sources WHERE rank IS NOT NULL;
    CREATE TEMP TABLE former (place TEXT PRIMARY KEY, source INTEGER NOT NULL) WITHOUT ROWID;
    INSERT OR IGNORE INTO former SELECT char(31) || printf('%06d', rank), id FROM sources WHERE rank IS NOT NULL;
    INSERT OR IGNORE INTO former
        SELECT o.place, s.id FROM (SELECT DISTINCT place FROM papers) o
        JOIN sources s ON s.rank IS NULL AND s.name = substr(o.place, 1, instr(o.place, char(31)) - 1)
        GROUP BY o.place HAVING count(*) = 1;
    DROP INDEX papers_feed; DROP INDEX papers_category; DROP INDEX papers_interest; DROP INDEX entries_source;
    CREATE INDEX entries_source ON entries (source);
    UPDATE papers SET url = nullif(url, 'https://arxiv.org/abs/' || arxiv_id),
        comment = nullif(comment, (SELECT e.comment FROM entries e WHERE e.id = abstract_entry)),
        place = ifnull((SELECT n.place FROM places n WHERE n.source = coalesce(
            (SELECT f.source FROM former f WHERE f.place = papers.place),
            (SELECT s.id FROM entries e JOIN sources s ON s.id = e.source
             WHERE e.paper = papers.id AND e.position = papers.position AND s.rank IS NULL
             AND s.name = substr(papers.place, 1, instr(papers.place, char(31)) - 1) ORDER BY s.path LIMIT 1),
            (SELECT n.source FROM entries e JOIN places n ON n.source = e.source
             WHERE e.paper = papers.id ORDER BY n.place LIMIT 1))), '');
    DROP TABLE places; DROP TABLE former;
    CREATE INDEX papers_feed ON papers (grp, place, position, id, read, shortlisted);
    CREATE INDEX papers_category ON papers (grp, category_order, place, position, id, read);
    CREATE INDEX papers_interest ON papers (grp, interest_order, place, position, id, read);
    """,
    """
    CREATE TABLE records (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        at TEXT NOT NULL,
        clock INTEGER NOT NULL,
        machine TEXT NOT NULL,
        names TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (kind, name, field)
    ) WITHOUT ROWID;
    CREATE TABLE unsent (
        name TEXT NOT NULL, field TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (name, field)
    ) WITHOUT ROWID;
    """,
)
