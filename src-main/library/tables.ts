import type { Sqlite } from './sqlite'

/**
 * The tables, as the steps that made them: `steps[v]` lifts a database of version v (`PRAGMA user_version`) to v + 1.
 * Records are stored whole as versioned JSON; columns beside it are what is searched and sorted by.
 */
export const steps: readonly string[] = [
  `
  CREATE TABLE records (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE prompts (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    negative TEXT NOT NULL,
    class_id INTEGER,
    uses INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
  );
  CREATE INDEX prompts_by_use ON prompts (last_used_at DESC);
  CREATE VIRTUAL TABLE prompt_words USING fts5 (
    text, content='prompts', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
  );
  CREATE TRIGGER prompts_added AFTER INSERT ON prompts BEGIN
    INSERT INTO prompt_words (rowid, text) VALUES (new.id, new.text);
  END;
  CREATE TRIGGER prompts_removed AFTER DELETE ON prompts BEGIN
    INSERT INTO prompt_words (prompt_words, rowid, text) VALUES ('delete', old.id, old.text);
  END;

  CREATE TABLE generations (
    id TEXT PRIMARY KEY,
    prompt_id INTEGER NOT NULL REFERENCES prompts (id),
    day TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    model TEXT NOT NULL,
    steps INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    starred INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX generations_by_day ON generations (deleted, day DESC, prompt_id, created_at DESC);
  CREATE INDEX generations_by_prompt ON generations (prompt_id, deleted, day, created_at DESC);

  CREATE TABLE queue (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    rank REAL NOT NULL,
    json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX queue_by_rank ON queue (state, rank);

  CREATE TABLE timings (
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (model, provider, width, height)
  ) WITHOUT ROWID;

  CREATE TABLE locks (
    name TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    born TEXT NOT NULL,
    who TEXT NOT NULL,
    since INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
]

/** Lifts the database to the newest version, each step whole or not at all. Throws when a newer studio wrote it. */
export function migrate(db: Sqlite): void {
  db.transaction(() => {
    const found = Number(db.get('PRAGMA user_version')?.['user_version'])
    if (found > steps.length) throw new NewerLibraryError(found)
    for (const step of steps.slice(found)) db.exec(step)
    db.exec(`PRAGMA user_version = ${steps.length}`)
  })
}

/** The library was written by a newer version of the studio; it is left as it is. */
export class NewerLibraryError extends Error {
  constructor(readonly found: number) {
    super(`the library has version ${found}, this studio knows ${steps.length}`)
    this.name = 'NewerLibraryError'
  }
}
