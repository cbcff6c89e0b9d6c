import type { FinetuneConfig, RunEstimate, RunWarning } from '#shared/schema/run'
import type { DiskCache } from '../../training/data/disk-cache'
import type { ModelFolder } from '../../weights/manifest'
import type { AdapterLearner } from './adapter-learner'
import type { PreparedData } from './prepare-data'
import { memoryOf } from './run-memory'
import { timeOf } from './run-time'

/** Of a run: what it trains on which data, and who can try its steps. */
export interface Estimated {
  readonly model: ModelFolder
  readonly run: FinetuneConfig
  readonly data: PreparedData
  readonly cache: DiskCache
  readonly threads: number | undefined
  /** Steps that are left. */
  readonly steps: number
  /** Opened where memory suffices to try steps, and left open. */
  readonly learner: () => AdapterLearner
}

/**
 * What a run will need: memory from its graphs, time from steps of its own (see `timeOf`), which are tried only where memory suffices.
 * Throws what the runtime throws.
 */
export async function estimateRun({ model, run, data, cache, threads, steps, learner }: Estimated): Promise<RunEstimate> {
  const memory = await memoryOf(model, run, data)
  if (memory.bytes > memory.freeBytes) return { ...memory, secondsPerStep: null, seconds: null }
  const { secondsPerStep, secondsPerLook } = await timeOf({ learner: learner(), model, run, data, cache, threads })
  const looks = Math.ceil(steps / run.training.checkpointEvery)
  return { ...memory, secondsPerStep, seconds: steps * secondsPerStep + looks * secondsPerLook }
}

/** What to tell of a run that needs more memory than there is. */
export function memoryWarning(step: number, { bytes, freeBytes, remedies }: RunEstimate): RunWarning | undefined {
  if (bytes <= freeBytes) return undefined
  const message = `This training needs about ${gigabytes(bytes)} of memory; ${gigabytes(freeBytes)} are free.`
  const choices = remedies.map((each) => `${each.change}: about ${gigabytes(each.bytes)}`)
  return {
    is: 'warning',
    step,
    kind: 'memory',
    message,
    remedy: `What needs less: ${[...choices, 'closing other programs'].join('; ')}.`,
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
