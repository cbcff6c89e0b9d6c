import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Generation } from '#shared/schema/generation'
import { GenerationId, JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import type { Library } from './library'
import { newId } from './new-id'
import { timeIn } from './order'

/** What files and database disagreed about, and what became of it. */
export interface Reconciled {
  /** Pictures whose files had no entry: their recipes were read back out of the files. */
  readonly adopted: readonly GenerationId[]
  /** Entries whose files are gone: kept, and not shown. */
  readonly lost: readonly GenerationId[]
  /** Entries whose files are there again. */
  readonly found: number
  /** Picture files from which no recipe can be read; they stay where they are. */
  readonly unreadable: readonly string[]
}

/** Entries that are compared between two breaths, so that nothing else waits for it. */
const PORTION = 500

/** Younger files may belong to a process that is about to make their entry. */
const YOUNG_MS = 60_000

/** Frames that belong to no picture, and latents that nobody asked for again, stay this long. */
const FRAMES_FOR = 3_600_000
const UNFINISHED_FOR = 30 * 24 * 3_600_000

const breathe = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Brings the picture files and the database together, so that nothing dangles and nothing is lost; takes away what belongs to no picture.
 * `readRecipe` reads a picture file's recipe; null where it has none. For the owner of the queue, whose jobs may run meanwhile.
 */
export async function reconcile(
  library: Library,
  readRecipe: (file: string) => Promise<Recipe | null>,
  signal: AbortSignal,
  now = Date.now(),
): Promise<Reconciled> {
  const limit = newId()
  const onDisk = await picturesOnDisk(library.folders.pictures)
  const { lost, found } = await compareEntries(library, onDisk, limit, signal)
  const adopted: GenerationId[] = []
  const unreadable: string[] = []
  for (const [id, file] of onDisk) {
    if (signal.aborted) break
    if (id > limit || library.generations.has(id) || now - (await stat(file)).mtimeMs < YOUNG_MS) continue
    const recipe = await readRecipe(file).catch(() => null)
    if (recipe === null) unreadable.push(file)
    else if (!library.generations.has(id)) {
      library.generations.add(readBack(id, recipe))
      adopted.push(id)
    }
  }
  if (!signal.aborted) await sweep(library, now)
  return { adopted, lost, found, unreadable }
}

/** The picture files by id. */
async function picturesOnDisk(pictures: string): Promise<Map<GenerationId, string>> {
  const files = new Map<GenerationId, string>()
  for (const month of await readdir(pictures, { withFileTypes: true })) {
    if (!month.isDirectory()) continue
    const folder = join(pictures, month.name)
    const names = await readdir(folder)
    for (const [i, name] of names.entries()) {
      if (i % PORTION === PORTION - 1) await breathe()
      const id = GenerationId.safeParse(name.replace(/\.png$/, ''))
      if (id.success && name.endsWith('.png')) files.set(id.data, join(folder, name))
    }
  }
  return files
}

/** Marks the entries whose files are gone or there again. What has an entry leaves `onDisk`. */
async function compareEntries(
  { generations }: Library,
  onDisk: Map<GenerationId, string>,
  limit: string,
  signal: AbortSignal,
): Promise<{ readonly lost: GenerationId[]; readonly found: number }> {
  const lost: GenerationId[] = []
  let [found, after] = [0, '']
  while (!signal.aborted) {
    const portion = generations.portion(after, PORTION).filter(({ id }) => id < limit)
    const last = portion.at(-1)
    if (last === undefined) break
    after = last.id
    const isThere = new Map(portion.map(({ id }) => [id, onDisk.delete(id)]))
    const gone = portion.filter((entry) => !entry.lost && isThere.get(entry.id) === false)
    const back = portion.filter((entry) => entry.lost && isThere.get(entry.id) === true)
    lost.push(...gone.map(({ id }) => id))
    if (gone.length > 0) generations.markLost(lost.slice(-gone.length), true)
    if (back.length > 0)
      found += generations.markLost(
        back.map(({ id }) => id),
        false,
      )
    await breathe()
  }
  return { lost, found }
}

/** The entry of a picture of which only the file is left. */
function readBack(id: GenerationId, recipe: Recipe): Generation {
  const job = JobId.parse(newId())
  return { version: 1, id, job, recipe, frames: [], starred: false, createdAt: timeIn(id), tookMs: 0 }
}

/** Takes away frames that belong to no picture and latents of pictures that nobody asked for again. */
async function sweep({ generations, files, folders, states }: Library, now: number): Promise<void> {
  for (const name of await readdir(folders.frames)) {
    const id = GenerationId.safeParse(name)
    if (!id.success || generations.has(id.data)) continue
    if (now - (await stat(files.framesOf(id.data))).mtimeMs > FRAMES_FOR) await files.discardTraces(id.data)
  }
  states.discardStray(now - FRAMES_FOR, (id) => generations.has(id))
  for (const name of await readdir(folders.unfinished).catch(() => [])) {
    const file = join(folders.unfinished, name)
    if (now - (await stat(file)).mtimeMs > UNFINISHED_FOR) await rm(file, { force: true })
  }
}
