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
  // Pictures by `seq`, which follows from their ids and so from their age, whatever the clock says later (order.ts). The list is read
  // newest first from narrow rows and from the words of each picture, so that a page costs the same however many there are.
  `
  ALTER TABLE generations RENAME TO generations_1;
  DROP INDEX generations_by_day;
  DROP INDEX generations_by_prompt;

  CREATE TABLE generations (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    prompt_id INTEGER NOT NULL REFERENCES prompts (id),
    day TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    model TEXT NOT NULL,
    adapters TEXT NOT NULL,
    steps INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    starred INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE generation_records (seq INTEGER PRIMARY KEY REFERENCES generations (seq) ON DELETE CASCADE, json TEXT NOT NULL);
  CREATE VIRTUAL TABLE generation_words USING fts5 (
    text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3'
  );
  CREATE TRIGGER generations_added AFTER INSERT ON generations BEGIN
    INSERT INTO generation_words (rowid, text) SELECT new.seq, text FROM prompts WHERE id = new.prompt_id;
  END;
  CREATE TRIGGER generations_removed AFTER DELETE ON generations BEGIN
    DELETE FROM generation_words WHERE rowid = old.seq;
  END;

  INSERT INTO generations (seq, id, prompt_id, day, created_at, model, adapters, steps, width, height, starred, deleted)
    SELECT created_at * 2048 + row_number() OVER (PARTITION BY created_at ORDER BY id), id, prompt_id, day, created_at, model,
      CASE WHEN json_valid(json)
        THEN coalesce((SELECT group_concat(lower(json_extract(value, '$.name')), char(10)) FROM json_each(json, '$.recipe.adapters')), '')
        ELSE '' END,
      steps, width, height, starred, deleted
    FROM generations_1;
  INSERT INTO generation_records SELECT g.seq, old.json FROM generations_1 old JOIN generations g ON g.id = old.id;
  DROP TABLE generations_1;

  CREATE INDEX generations_hidden ON generations (deleted, lost);
  CREATE INDEX generations_by_steps ON generations (steps, seq);
  CREATE INDEX generations_by_size ON generations (width, height, seq);
  CREATE INDEX generations_by_model ON generations (model);
  CREATE INDEX generations_adapted ON generations (seq) WHERE adapters <> '';
  CREATE INDEX generations_starred ON generations (seq) WHERE starred = 1;
  CREATE INDEX generations_by_prompt ON generations (prompt_id);

  CREATE TABLE states (id TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
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
