import { FailureError } from '#shared/ipc/failure'
import { generationRecord, type Generation } from '#shared/schema/generation'
import { GenerationId } from '#shared/schema/id'
import { localDay } from './local-day'
import { orderOf } from './order'
import type { PromptStore } from './prompts'
import { readableRecords, recordIn } from './record'
import type { Sqlite } from './sqlite'

const RECORD = `SELECT r.json FROM generations g JOIN generation_records r ON r.seq = g.seq`
const SHOWN = 'g.deleted = 0 AND g.lost = 0'

/** The pictures that were made, one row each; their files are the PictureFiles' business. */
export class GenerationStore {
  constructor(
    private readonly db: Sqlite,
    private readonly prompts: PromptStore,
  ) {}

  /** Adds a picture whose file is complete, and notes that its prompt was used. */
  add(generation: Generation): void {
    const { recipe } = generation
    this.db.transaction(() => {
      const seq = this.freePlace(generation.id)
      this.db.run(
        `INSERT INTO generations (seq, id, prompt_id, day, created_at, model, adapters, steps, width, height, starred)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        seq,
        generation.id,
        this.prompts.use(recipe, generation.createdAt),
        localDay(generation.createdAt),
        generation.createdAt,
        recipe.model.name,
        recipe.adapters.map(({ name }) => name.toLowerCase()).join('\n'),
        recipe.steps,
        recipe.width,
        recipe.height,
        generation.starred ? 1 : 0,
      )
      this.db.run(`INSERT INTO generation_records (seq, json) VALUES (?, ?)`, seq, JSON.stringify(generation))
    })
  }

  /** Throws a FailureError when there is no such picture, it was deleted, or has lost its file. */
  get(id: GenerationId): Generation {
    const row = this.db.get(`${RECORD} WHERE g.id = ? AND ${SHOWN}`, id)
    if (row === undefined) throw new FailureError(notFound())
    return recordIn(generationRecord, row)
  }

  /** Those of the pictures that are there and can be read, in the order asked for. */
  some(ids: readonly GenerationId[]): Generation[] {
    return ids.flatMap((id) => readableRecords(generationRecord, this.db.all(`${RECORD} WHERE g.id = ? AND ${SHOWN}`, id)))
  }

  star(id: GenerationId, starred: boolean): Generation {
    return this.db.transaction(() => {
      const generation: Generation = { ...this.get(id), starred }
      this.db.run(`UPDATE generations SET starred = ? WHERE id = ?`, starred ? 1 : 0, id)
      const json = JSON.stringify(generation)
      this.db.run(`UPDATE generation_records SET json = ? WHERE seq = (SELECT seq FROM generations WHERE id = ?)`, json, id)
      return generation
    })
  }

  /** Takes pictures out of the history; `restore` brings them back until they are purged. Returns how many there were. */
  remove(ids: readonly GenerationId[]): number {
    return this.mark(ids, 'deleted', 1)
  }

  restore(ids: readonly GenerationId[]): number {
    return this.mark(ids, 'deleted', 0)
  }

  /** Whether pictures that the history knows have lost their files. Lost ones are kept and not shown. Returns how many changed. */
  markLost(ids: readonly GenerationId[], lost: boolean): number {
    return this.mark(ids, 'lost', lost ? 1 : 0)
  }

  /** The pictures that were taken out of the history and not purged yet. */
  removed(): GenerationId[] {
    return this.idsWhere('deleted = 1')
  }

  /** The pictures that have lost their files. */
  lost(): Generation[] {
    return readableRecords(generationRecord, this.db.all(`${RECORD} WHERE g.deleted = 0 AND g.lost = 1 ORDER BY g.seq`))
  }

  /** Forgets pictures that were taken out of the history. */
  purge(ids: readonly GenerationId[]): void {
    this.db.transaction(() => {
      for (const id of ids) this.db.run(`DELETE FROM generations WHERE id = ? AND deleted = 1`, id)
    })
  }

  /** Whether a picture is known, deleted or not. */
  has(id: string): boolean {
    return this.db.get(`SELECT 1 FROM generations WHERE id = ?`, id) !== undefined
  }

  /** Some of the pictures that are not deleted, by id: those after `after`. Whoever walks through all of them does it in portions. */
  portion(after: string, most: number): { readonly id: GenerationId; readonly lost: boolean }[] {
    const rows = this.db.all(`SELECT id, lost FROM generations WHERE id > ? AND deleted = 0 ORDER BY id LIMIT ?`, after, most)
    return rows.map((row) => ({ id: GenerationId.parse(row['id']), lost: row['lost'] === 1 }))
  }

  /** The newest id of all, deleted ones among them; undefined in an empty library. */
  newest(): string | undefined {
    const row = this.db.get(`SELECT id FROM generations ORDER BY id DESC LIMIT 1`)
    return row && String(row['id'])
  }

  private mark(ids: readonly GenerationId[], column: 'deleted' | 'lost', value: 0 | 1): number {
    const sql = `UPDATE generations SET ${column} = ? WHERE id = ? AND ${column} <> ?`
    return this.db.transaction(() => ids.reduce((sum, id) => sum + this.db.run(sql, value, id, value), 0))
  }

  private idsWhere(condition: string): GenerationId[] {
    return this.db.all(`SELECT id FROM generations WHERE ${condition}`).map((row) => GenerationId.parse(row['id']))
  }

  /** The id's place in the order, or the next one that no other process took in the same millisecond. */
  private freePlace(id: string): number {
    let seq = orderOf(id)
    while (this.db.get(`SELECT 1 FROM generations WHERE seq = ?`, seq) !== undefined) seq++
    return seq
  }
}

function notFound(): FailureError['failure'] {
  return {
    code: 'not-found',
    what: 'picture',
    message: 'This picture is no longer in the library.',
    remedy: 'It was deleted, here or in another window of the studio.',
  }
}
