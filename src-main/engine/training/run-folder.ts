import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomically } from '../files/atomic-write'
import { onFile } from '../files/file-error'
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint'
import { RunState, type StepReport } from './trainer'

const NAME = /^checkpoint-(\d+)\.safetensors$/
const LOG = 'metrics.jsonl'

/** The folder of a run: `checkpoint-STEP.safetensors` (the newest few) and `metrics.jsonl`, one line a report. */
export class RunFolder {
  constructor(
    readonly path: string,
    private readonly keep: number,
  ) {
    onFile(path, () => mkdirSync(path, { recursive: true }))
  }

  /** The newest checkpoint, or undefined in a fresh folder. Lines of the log that came after it are dropped: they will come again. */
  async resume(): Promise<Checkpoint<RunState> | undefined> {
    const newest = this.steps().at(-1)
    if (newest === undefined) return undefined
    const checkpoint = readCheckpoint(this.file(newest), RunState)
    await this.cutLog(checkpoint.state.step)
    return checkpoint
  }

  /** Writes a checkpoint in one piece, then removes those beyond the newest `keep`. */
  async save(checkpoint: Checkpoint<RunState>, shapes: ReadonlyMap<string, readonly number[]>): Promise<void> {
    await writeCheckpoint(this.file(checkpoint.state.step), checkpoint, shapes)
    for (const step of this.steps().slice(0, -this.keep)) rmSync(this.file(step), { force: true })
  }

  /** Adds a line to the log. */
  log(report: StepReport): void {
    const path = join(this.path, LOG)
    onFile(path, () => appendFileSync(path, `${JSON.stringify(report)}\n`))
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
