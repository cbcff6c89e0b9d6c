import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomically } from '../../files/atomic-write'
import { onFile } from '../../files/file-error'
import { EngineError } from '../../ir/errors'

const IDENTITY = 'lab.json'
const MEASURED = 'measured.jsonl'

/**
 * What a run has measured, in its folder: `lab.json` says of what (settings, model, set), `measured.jsonl` has a line for each piece,
 * written when it was measured. A line that a crash cut short is left out: its piece is measured again.
 */
export class Records {
  private constructor(
    private readonly folder: string,
    /** By key. */
    readonly found: Map<string, unknown>,
  ) {}

  /** Opens a folder for a run, new or begun. Throws FileError, EngineError where it holds another run. */
  static async open(folder: string, identity: object): Promise<Records> {
    onFile(folder, () => mkdirSync(folder, { recursive: true }))
    const [about, now] = [join(folder, IDENTITY), `${JSON.stringify(identity, undefined, 2)}\n`]
    if (!existsSync(about)) await writeFileAtomically(about, now)
    else if (onFile(about, () => readFileSync(about, 'utf8')) !== now)
      throw new EngineError(
        'job.setting',
        `${folder} holds an experiment with other settings or of another model.`,
        'Choose another folder, or remove that one.',
      )
    const path = join(folder, MEASURED)
    const found = new Map<string, unknown>()
    const text = existsSync(path) ? onFile(path, () => readFileSync(path, 'utf8')) : ''
    // The part after the last line break is a line that was not finished.
    const lines = text.split('\n').slice(0, -1)
    for (const line of lines) {
      const record = parsed(line)
      if (record) found.set(record.key, record.found)
    }
    if (text !== '' && !text.endsWith('\n')) await writeFileAtomically(path, lines.map((line) => `${line}\n`).join(''))
    return new Records(folder, found)
  }

  /** Keeps what a piece found. Throws FileError. */
  add(key: string, found: unknown): void {
    const path = join(this.folder, MEASURED)
    onFile(path, () => appendFileSync(path, `${JSON.stringify({ key, found })}\n`))
    this.found.set(key, found)
  }

  /** Forgets what does not hold any more. */
  drop(key: string): void {
    this.found.delete(key)
  }
}

/** Removes a run, so that it can begin anew. */
export function forgetRun(folder: string): void {
  onFile(folder, () => {
    if (existsSync(join(folder, IDENTITY))) rmSync(folder, { recursive: true, force: true })
  })
}

/** The name of a run's folder: the same settings of the same model have the same. */
export function runName(settings: { readonly experiment: string }, model: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([settings, model]))
    .digest('hex')
  return `${settings.experiment}-${hash.slice(0, 10)}`
}

function parsed(line: string): { readonly key: string; readonly found: unknown } | undefined {
  try {
    const record: unknown = JSON.parse(line)
    if (typeof record === 'object' && record !== null && 'key' in record && typeof record.key === 'string' && 'found' in record)
      return { key: record.key, found: record.found }
  } catch {
    // A damaged line: its piece is measured again.
  }
  return undefined
}
