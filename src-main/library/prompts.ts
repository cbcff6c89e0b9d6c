import { createHash } from 'node:crypto'
import type { Prompt } from '#shared/schema/prompt'
import type { Recipe } from '#shared/schema/recipe'
import type { Sqlite, SqlRow } from './sqlite'

/** The prompts that were drawn, each once however often it was used. */
export class PromptStore {
  constructor(private readonly db: Sqlite) {}

  /** Notes that a recipe's prompt is used now. Returns its row id. */
  use(recipe: Pick<Recipe, 'prompt' | 'negativePrompt' | 'classId'>, now: number): number {
    const { prompt, negativePrompt, classId = null } = recipe
    const key = createHash('sha256')
      .update(JSON.stringify([prompt, negativePrompt, classId]))
      .digest('hex')
    const row = this.db.get(
      `INSERT INTO prompts (key, text, negative, class_id, uses, last_used_at) VALUES (?, ?, ?, ?, 1, ?)
       ON CONFLICT (key) DO UPDATE SET uses = uses + 1, last_used_at = excluded.last_used_at RETURNING id`,
      key,
      storable(prompt),
      storable(negativePrompt),
      classId,
      now,
    )
    return Number(row?.['id'])
  }

  /** Prompts in words, last used first. `search`: words that it contains, each by its beginning. */
  list(search: string, limit: number): Prompt[] {
    const words = ftsQuery(search)
    const rows =
      words === null
        ? this.db.all(`SELECT * FROM prompts WHERE class_id IS NULL ORDER BY last_used_at DESC LIMIT ?`, limit)
        : this.db.all(
            `SELECT * FROM prompts WHERE class_id IS NULL AND id IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH ?)
             ORDER BY last_used_at DESC LIMIT ?`,
            words,
            limit,
          )
    return rows.map(promptIn)
  }
}

function promptIn(row: SqlRow): Prompt {
  return {
    version: 1,
    text: String(row['text']),
    negative: String(row['negative']),
    uses: Number(row['uses']),
    lastUsedAt: Number(row['last_used_at']),
  }
}

/** SQLite's texts end at a NUL. The recipe keeps the prompt as it was; this copy is for showing and searching. */
const storable = (text: string): string => text.replaceAll('\0', ' ')

/** Typed words as an FTS5 query: all of them, each by its beginning, quoted so that none is an operator. Null: no words. */
export function ftsQuery(typed: string): string | null {
  const words = typed.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' ')
}
