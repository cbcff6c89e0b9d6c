import { isOutOfMemory } from '../runtime/out-of-memory'
import { TrainingError } from './training-error'

/** What a run could do with less memory. */
export interface MemoryChoices {
  readonly batch: number
  readonly keep: 'nothing' | 'products' | 'everything'
  readonly side: number
  readonly rank: number
}

/** Changes that need less memory, the cheapest first: what is computed again costs time alone, a smaller picture costs detail. */
export function smallerChoices({
  batch,
  keep,
  side,
  rank,
}: MemoryChoices): readonly { readonly change: string; readonly choices: MemoryChoices }[] {
  const now = { batch, keep, side, rank }
  const half = Math.round(batch / 2)
  return [
    ...(keep === 'everything'
      ? [{ change: 'keep only products (keep: "products")', choices: { ...now, keep: 'products' as const } }]
      : []),
    ...(keep === 'nothing'
      ? []
      : [{ change: 'compute everything again (keep: "nothing")', choices: { ...now, keep: 'nothing' as const } }]),
    ...(batch > 1 ? [{ change: `a batch of ${half}`, choices: { ...now, batch: half } }] : []),
    { change: `pictures of ${Math.round(side / 2)} pixels a side (resolution)`, choices: { ...now, side: Math.round(side / 2) } },
    ...(rank > 4 ? [{ change: `rank ${Math.ceil(rank / 2)}`, choices: { ...now, rank: Math.ceil(rank / 2) } }] : []),
  ]
}

/** The error of a run that needed more memory than there is; undefined for any other error. */
export function outOfMemory(error: unknown, choices: MemoryChoices): TrainingError | undefined {
  if (!isOutOfMemory(error)) return undefined
  const changes = smallerChoices(choices).map(({ change }) => change)
  const message = 'There is not enough memory for a step of this training.'
  const remedy = `Go on from the last checkpoint with one of these: ${changes.join('; ')}. A base model in f16 or q8 needs less, too.`
  return new TrainingError('training.memory', message, remedy, { cause: error })
}
