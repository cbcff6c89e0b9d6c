import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeFileAtomically } from '../files/atomic-write'
import { onFile } from '../files/file-error'
import { identify } from '../files/file-identity'
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint'
import { RunState } from './trainer'

const NAME = /^checkpoint-(\d+)\.safetensors$/
const LOG = 'metrics.jsonl'

/** A line of the log: a step's report, or what else happened at a step. */
export interface LogLine {
  readonly step: number
}

/** The folder of a run: `checkpoint-STEP.safetensors` (the newest few) and `metrics.jsonl`, one line a report. */
export class RunFolder {
  constructor(
    readonly path: string,
    private readonly keep: number,
  ) {
    onFile(path, () => mkdirSync(path, { recursive: true }))
  }

  /**
   * The newest checkpoint that is whole, or undefined in a fresh folder. Lines of the log that came after it are dropped: they will come
   * again. Throws what is wrong with the newest where none is whole.
   */
  async resume(): Promise<Checkpoint<RunState> | undefined> {
    const checkpoint = this.newest()
    // A run that ended before its first checkpoint begins anew, and so does its log.
    await this.cutLog(checkpoint?.state.step ?? -1)
    return checkpoint
  }

  /** The newest checkpoint that is whole; changes nothing. Throws as `resume`. */
  newest(): Checkpoint<RunState> | undefined {
    let wrong: unknown
    for (const step of this.steps().reverse()) {
      try {
        return readCheckpoint(this.file(step), RunState)
      } catch (error) {
        wrong ??= error
      }
    }
    if (wrong !== undefined) throw wrong as Error
    return undefined
  }

  /**
   * Writes a checkpoint in one piece and reads it back; only then removes those beyond the newest `keep`. Says which file it is.
   * Throws FileError, TrainingError.
   */
  async save(
    checkpoint: Checkpoint<RunState>,
    shapes: ReadonlyMap<string, readonly number[]>,
  ): Promise<{ readonly file: string; readonly name: string; readonly bytes: number }> {
    const { step } = checkpoint.state
    const file = this.file(step)
    await writeCheckpoint(file, checkpoint, shapes)
    readCheckpoint(file, RunState)
    const older = this.steps().filter((each) => each < step)
    for (const each of older.slice(0, Math.max(0, older.length - this.keep + 1))) rmSync(this.file(each), { force: true })
    return { file, name: basename(file), bytes: identify(file).size }
  }

  /** Adds a line to the log. */
  log(line: LogLine): void {
    const path = join(this.path, LOG)
    onFile(path, () => appendFileSync(path, `${JSON.stringify(line)}\n`))
  }

  private file(step: number): string {
    return join(this.path, `checkpoint-${step}.safetensors`)
  }

  /** Steps with a checkpoint, oldest first. */
  private steps(): number[] {
    const numbers = readdirSync(this.path).flatMap((name) => NAME.exec(name)?.[1] ?? [])
    return numbers.map(Number).sort((a, b) => a - b)
  }

  private async cutLog(last: number): Promise<void> {
    const path = join(this.path, LOG)
    if (!existsSync(path)) return
    const lines = onFile(path, () => readFileSync(path, 'utf8')).split('\n')
    await writeFileAtomically(
      path,
      lines
        .filter((line) => stepOf(line) <= last)
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
}

/** The step of a line; Infinity for one that a crash cut short. */
function stepOf(line: string): number {
  try {
    const parsed: unknown = JSON.parse(line)
    return typeof parsed === 'object' && parsed !== null && 'step' in parsed ? Number(parsed.step) : Infinity
  } catch {
    return Infinity
  }
}
