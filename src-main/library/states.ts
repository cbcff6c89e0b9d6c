import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GenerationId } from '#shared/schema/id'
import type { Sqlite } from './sqlite'

/** Trajectories that are dropped at a time: what is stored at once is seldom more. */
const AT_A_TIME = 64

/**
 * The states of paths, `states/<generation>/<index>.f16`, which pictures are continued from. They may be dropped at any time, as a
 * recipe computes them again; the table says how much room they take.
 */
export class StateStore {
  constructor(
    private readonly db: Sqlite,
    private readonly folder: string,
  ) {}

  folderOf(id: GenerationId): string {
    return join(this.folder, id)
  }

  /** The file of the state after step `index`; it may be gone. */
  fileOf(id: GenerationId, index: number): string {
    return join(this.folderOf(id), `${index}.f16`)
  }

  /** Takes note of what was written for a picture, then drops what goes beyond `budget` bytes. */
  noteWritten(id: GenerationId, budget: number): void {
    const folder = this.folderOf(id)
    const bytes = existsSync(folder) ? readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) : 0
    if (bytes > 0) this.db.run(`INSERT OR REPLACE INTO states (id, bytes) VALUES (?, ?)`, id, bytes)
    this.keepWithin(budget)
  }

  /** Bytes that all of them take. */
  use(): number {
    return Number(this.db.get(`SELECT coalesce(SUM(bytes), 0) AS bytes FROM states`)?.['bytes'])
  }

  /** Drops trajectories until they take at most `budget` bytes: the oldest that are not starred, then the oldest starred. */
  keepWithin(budget: number): void {
    for (let over = this.use() - budget; over > 0;) {
      const oldest = this.oldest()
      if (oldest.length === 0) return
      for (const { id, bytes } of oldest) {
        if (over <= 0) return
        this.discard(id)
        over -= bytes
      }
    }
  }

  discard(id: GenerationId): void {
    rmSync(this.folderOf(id), { recursive: true, force: true })
    this.db.run(`DELETE FROM states WHERE id = ?`, id)
  }

  /** Deletes folders that belong to no picture and that nothing was written to since `before` (milliseconds). */
  discardStray(before: number, isKnown: (id: GenerationId) => boolean): void {
    for (const name of existsSync(this.folder) ? readdirSync(this.folder) : []) {
      const id = GenerationId.safeParse(name)
      if (id.success && !isKnown(id.data) && statSync(join(this.folder, name)).mtimeMs < before) this.discard(id.data)
    }
  }

  /** Ids begin with their time, so the order of ids is the order of age. */
  private oldest(): { readonly id: GenerationId; readonly bytes: number }[] {
    const starred = `EXISTS (SELECT 1 FROM generations g WHERE g.id = states.id AND g.starred = 1)`
    for (const condition of [`NOT ${starred}`, starred]) {
      const rows = this.db.all(`SELECT id, bytes FROM states WHERE ${condition} ORDER BY id LIMIT ${AT_A_TIME}`)
      if (rows.length > 0) return rows.map(({ id, bytes }) => ({ id: GenerationId.parse(id), bytes: Number(bytes) }))
    }
    return []
  }
}
