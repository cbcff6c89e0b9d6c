import type { FinetuneConfig, RunWarning, StepLine } from '#shared/schema/run'

type Seen = Pick<StepLine, 'step' | 'loss' | 'samples'>

/** What the advice depends on. */
export type Watched = Pick<FinetuneConfig, 'objective' | 'training' | 'adapter'>

/** A transition is long from this share of the whole path on. */
const LONG = 0.5
/** Samples that say what is usual, at least and at most. */
const USUAL = { atLeast: 20, atMost: 200 }
/** A loss is a spike at this many times the median; so many among the last so many long samples are no accident. */
const SPIKE = { times: 8, count: 3, among: 30 }
/** A plateau: in so many validations in a row the loss did not fall by this share below the best before. */
const PLATEAU = { validations: 5, share: 0.005 }

/**
 * Watches a run for what the paper warns of. Loss spikes at large t − r come from the derivative term, which grows with the interval: the
 * paper weighs long intervals down, and mixes in diffusion samples, which need no derivative. Says each thing once until it has passed.
 */
export class RunWatch {
  private readonly long: number[] = []
  private readonly spikes: boolean[] = []
  private readonly validations: number[] = []
  private told = new Set<RunWarning['kind']>()

  constructor(
    private readonly watched: Watched,
    /** Length of the whole path, T_max − T_min. */
    private readonly span: number,
  ) {}

  /** Looks at a step. */
  step({ step, samples }: Seen): RunWarning | undefined {
    for (const { t, r, loss } of samples) {
      if (t - r < LONG * this.span) continue
      const usual = median(this.long)
      const isSpike = this.long.length >= USUAL.atLeast && loss > SPIKE.times * usual
      this.spikes.push(isSpike)
      if (this.spikes.length > SPIKE.among) this.spikes.shift()
      if (isSpike) continue
      this.long.push(loss)
      if (this.long.length > USUAL.atMost) this.long.shift()
    }
    const count = this.spikes.filter(Boolean).length
    if (count < SPIKE.count) return this.pass('long-step-spikes')
    const message = `${count} of the last ${this.spikes.length} long transitions had a loss over ${SPIKE.times} times the usual.`
    return this.tell({ is: 'warning', step, kind: 'long-step-spikes', message, remedy: this.spikeRemedy() })
  }

  /** Looks at a validation loss. */
  validation(step: number, loss: number): RunWarning | undefined {
    this.validations.push(loss)
    const { validations, share } = PLATEAU
    if (this.validations.length <= validations) return undefined
    const best = Math.min(...this.validations.slice(0, -validations))
    const now = Math.min(...this.validations.slice(-validations))
    if (now < best * (1 - share)) return this.pass('plateau')
    const message = `The validation loss has not fallen in the last ${validations} checkpoints: ${best.toFixed(4)} before, ${now.toFixed(4)} since.`
    return this.tell({ is: 'warning', step, kind: 'plateau', message, remedy: this.plateauRemedy(best < now * 0.98) })
  }

  private spikeRemedy(): string {
    const { weighting } = this.watched.objective
    const { mixture } = this.watched.training
    if (weighting.type === 'constant' || weighting.stretch === 'plain' || weighting.of !== 't-r') {
      return 'Weigh long intervals down as the paper does: weighting "sqrt" of t − r, stretched by "tangent".'
    }
    if (mixture.diffusion < 0.6) {
      const more = `Give diffusion samples a larger share (${mixture.diffusion} → ${Math.min(0.7, mixture.diffusion + 0.2).toFixed(1)})`
      return `${more}, or weigh long intervals down further: weighting "square".`
    }
    return 'Lower the learning rate by half, or use a larger batch.'
  }

  private plateauRemedy(isRising: boolean): string {
    const { rank } = this.watched.adapter
    if (isRising)
      return 'It rises: the pictures are learnt by heart. Stop here and use an earlier checkpoint, or add pictures and caption dropout.'
    return `Stop here, or go on with a tenth of the learning rate; if the pictures are not learnt yet, use a rank above ${rank}.`
  }

  private tell(warning: RunWarning): RunWarning | undefined {
    if (this.told.has(warning.kind)) return undefined
    this.told.add(warning.kind)
    return warning
  }

  private pass(kind: RunWarning['kind']): undefined {
    this.told.delete(kind)
    return undefined
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Infinity
}
