import { SettingError } from '../errors'
import type { Random } from '../random'
import type { Transport } from '../transports/transport'
import { Deck, DECK_SIZE, type DeckState, type PairKind } from './deck'
import { shiftTime } from './time-shift'

/** The times of a batch, r ≤ t: first `nDiffusion` samples with r = t, last `nConsistency` with r = T_min. */
export interface TimePairs {
  readonly t: Float64Array
  readonly r: Float64Array
  readonly nDiffusion: number
  readonly nConsistency: number
}

/** Shares of a batch that learn diffusion (r = t) and consistency (r = T_min). */
export interface Mixture {
  readonly diffusion: number
  readonly consistency: number
}

/** What the released models were trained with. */
export const RELEASED_MIXTURE: Mixture = { diffusion: 0.5, consistency: 0.1 }

/**
 * Draws the times of training batches. Batches of ten or more hold the mixture themselves, with the released rounding; smaller
 * ones are dealt from a deck carried across steps. Two draws a sample, t the larger, r the smaller. Times are float32 numbers.
 * Source: TransitionSchedule.sample_t_and_r of the released code; the deck is ours.
 */
export class PairSampler {
  private readonly deck: Deck

  /** Throws SettingError where the shares are no shares. */
  constructor(
    private readonly transport: Transport,
    private readonly mixture: Mixture = RELEASED_MIXTURE,
    state: DeckState = [],
  ) {
    const { diffusion, consistency } = mixture
    if (!(diffusion >= 0 && consistency >= 0 && diffusion + consistency <= 1)) {
      const need = 'shares of at least 0 that sum to at most 1'
      throw new SettingError({ setting: 'diffusion_ratio and consistency_ratio', got: [diffusion, consistency], need })
    }
    const cards = { diffusion: roundHalfEven(diffusion * DECK_SIZE), consistency: roundHalfEven(consistency * DECK_SIZE) }
    this.deck = new Deck(cards, state)
  }

  /** Times for `batch` samples; `shift` is s of `shiftTime` (1 leaves them as drawn). */
  draw(batch: number, random: Random, shift = 1): TimePairs {
    const kinds = batch < DECK_SIZE ? this.deck.deal(batch, random) : this.kindsOf(batch)
    const t = new Float64Array(batch)
    const r = new Float64Array(batch)
    kinds.forEach((kind, i) => {
      const a = Math.fround(shiftTime(this.transport.drawTime(random), shift))
      const b = Math.fround(shiftTime(this.transport.drawTime(random), shift))
      t[i] = Math.max(a, b)
      r[i] = kind === 'diffusion' ? Math.max(a, b) : kind === 'consistency' ? this.transport.time.min : Math.min(a, b)
    })
    const count = (wanted: PairKind): number => kinds.filter((kind) => kind === wanted).length
    return { t, r, nDiffusion: count('diffusion'), nConsistency: count('consistency') }
  }

  /** The deck, to be saved with a checkpoint. */
  get state(): DeckState {
    return this.deck.state
  }

  private kindsOf(batch: number): PairKind[] {
    const diffusion = roundHalfEven(this.mixture.diffusion * batch)
    const consistency = roundHalfEven(this.mixture.consistency * batch)
    return Array.from({ length: batch }, (_, i) =>
      i >= batch - consistency ? 'consistency' : i < diffusion ? 'diffusion' : 'transition',
    )
  }
}

/** Python's round(): halves to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
