import { join } from 'node:path'
import { bombs } from './bombs'
import { growth } from './growth'

/** Reads one bomb, built by another process (`node --expose-gc bomb-child.js NAME FOLDER`), and says what it cost. */
const [, , name = '', folder = ''] = process.argv
let said = 'read'
/** Once for the code's own sake: what is compiled and loaded is no cost of the bomb. */
const attempt = (place: string): void => {
  try {
    bombs[name]?.read(place)
  } catch (error) {
    said = error instanceof Error && 'remedy' in error && 'code' in error ? String(error.code) : String(error)
  }
}
attempt(join(folder, 'absent'))
const start = performance.now()
const grown = growth(() => attempt(folder))
process.stdout.write(JSON.stringify({ grown, said, ms: performance.now() - start }))
