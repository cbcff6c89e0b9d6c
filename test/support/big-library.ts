import { GenerationId, JobId } from '#shared/schema/id'
import { Library } from '../../src-main/library/library'
import { localDay } from '../../src-main/library/local-day'
import { newId } from '../../src-main/library/new-id'
import { orderOf } from '../../src-main/library/order'
import { Sqlite } from '../../src-main/library/sqlite'
import { anyRecipe } from './any-generation'
import { seeded } from './random-payload'

const WORDS =
  'red fox blue teapot sunset mountain river glass tower cat dog robot garden winter summer portrait landscape painting ink sketch golden silver forest ocean city night morning'.split(
    ' ',
  )
const DAY = 86_400_000

/** A picture has a prompt of its own in three cases of five, and a day has about 300 pictures. */
const PER_PROMPT = 5 / 3
const PER_DAY = 300

/**
 * Fills the library in a data folder with pictures of the last years, written in one go. Each prompt begins with "a", has eight common
 * words and one of its own. There are no files.
 */
export function fillLibrary(root: string, pictures: number): void {
  const library = Library.open(root, 'the test')
  const db = new Sqlite(library.folders.database)
  const random = seeded(7)
  const word = (): string => WORDS[Math.floor(random() * WORDS.length)] ?? ''
  const first = Date.now() - Math.ceil(pictures / PER_DAY) * DAY
  const record = JSON.stringify({
    version: 1,
    recipe: anyRecipe,
    frames: [],
    starred: false,
    tookMs: 100,
    job: JobId.parse(newId()),
  })
  db.transaction(() => {
    for (let i = 0; i < pictures; i++) {
      const prompt = 1 + Math.floor(i / PER_PROMPT)
      if (prompt > (i === 0 ? 0 : 1 + Math.floor((i - 1) / PER_PROMPT))) {
        const text = `a ${Array.from({ length: 8 }, word).join(' ')} number${prompt}`
        db.run(`INSERT INTO prompts VALUES (?, ?, ?, '', NULL, 1, ?)`, prompt, `key ${prompt}`, text, i)
      }
      const createdAt = first + Math.floor((i * DAY) / PER_DAY)
      const id = GenerationId.parse(idAt(createdAt, i))
      const seq = orderOf(id)
      db.run(
        `INSERT INTO generations (seq, id, prompt_id, day, created_at, model, adapters, steps, width, height, starred)
         VALUES (?, ?, ?, ?, ?, 'starter', ?, ?, 128, 128, ?)`,
        seq,
        id,
        prompt,
        localDay(createdAt),
        createdAt,
        i % 40 === 0 ? 'ink' : '',
        [1, 4, 8, 16][i % 4] ?? 1,
        i % 50 === 0 ? 1 : 0,
      )
      const json = record.replace('{"version":1,', `{"version":1,"id":"${id}","createdAt":${createdAt},`)
      db.run(`INSERT INTO generation_records (seq, json) VALUES (?, ?)`, seq, json)
    }
  })
  db.close()
  library.close()
}

/** An id of a moment; unlike `newId` it does not go on from the newest one. */
function idAt(time: number, n: number): string {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz'
  const write = (value: number, length: number): string => {
    let text = ''
    for (let i = 0, rest = value; i < length; i++, rest = Math.floor(rest / 32)) text = digits.charAt(rest % 32) + text
    return text
  }
  return write(time, 10) + write(n, 16)
}
