import { FailureError } from '#shared/ipc/failure'
import { generationRecord, type Generation } from '#shared/schema/generation'
import type { GenerationId } from '#shared/schema/id'
import type { PromptStore } from './prompts'
import { readableRecords, recordIn } from './record'
import type { Sqlite } from './sqlite'

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
      this.db.run(
        `INSERT INTO generations (id, prompt_id, day, created_at, model, steps, width, height, starred, json)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        generation.id,
        this.prompts.use(recipe, generation.createdAt),
        localDay(generation.createdAt),
        generation.createdAt,
        recipe.model.name,
        recipe.steps,
        recipe.width,
        recipe.height,
        generation.starred ? 1 : 0,
        JSON.stringify(generation),
      )
    })
  }

  /** Throws a FailureError when there is no such picture, or it was deleted. */
  get(id: GenerationId): Generation {
    const row = this.db.get(`SELECT json FROM generations WHERE id = ? AND deleted = 0`, id)
    if (row === undefined) throw new FailureError(notFound())
    return recordIn(generationRecord, row)
  }

  star(id: GenerationId, starred: boolean): Generation {
    return this.db.transaction(() => {
      const generation: Generation = { ...this.get(id), starred }
      this.db.run(`UPDATE generations SET starred = ?, json = ? WHERE id = ?`, starred ? 1 : 0, JSON.stringify(generation), id)
      return generation
    })
  }

  /** Takes pictures out of the history; `restore` brings them back until they are purged. Returns how many there were. */
  remove(ids: readonly GenerationId[]): number {
    return this.mark(ids, 1)
  }

  restore(ids: readonly GenerationId[]): number {
    return this.mark(ids, 0)
  }

  /** Forgets what was deleted. Returns it, so that its files can go too. */
  purge(): Generation[] {
    return this.db.transaction(() => {
      const gone = readableRecords(generationRecord, this.db.all(`SELECT json FROM generations WHERE deleted = 1`))
      this.db.run(`DELETE FROM generations WHERE deleted = 1`)
      return gone
    })
  }

  /** Whether a picture is known, deleted or not. */
  has(id: string): boolean {
    return this.db.get(`SELECT 1 FROM generations WHERE id = ?`, id) !== undefined
  }

  private mark(ids: readonly GenerationId[], deleted: 0 | 1): number {
    return this.db.transaction(() =>
      ids.reduce(
        (sum, id) => sum + this.db.run(`UPDATE generations SET deleted = ? WHERE id = ? AND deleted <> ?`, deleted, id, deleted),
        0,
      ),
    )
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

/** The day on the user's own calendar, YYYY-MM-DD. */
export function localDay(at: number): string {
  const date = new Date(at)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
