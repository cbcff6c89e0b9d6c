import type { Random } from '../random'

/** The kinds of training pairs, in the order a batch holds them. */
export type PairKind = 'diffusion' | 'transition' | 'consistency'

/** Cards left in a deck of ten, top last; saved with a checkpoint. */
export type DeckState = readonly PairKind[]

/**
 * Deals the kinds of pairs for batches too small to hold the mixture themselves: a shuffled deck of ten cards, carried across
 * steps, so that ten samples in a row always hold the whole mixture.
 */
export class Deck {
  private cards: PairKind[]

  constructor(
    private readonly counts: { readonly diffusion: number; readonly consistency: number },
    state: DeckState = [],
  ) {
    this.cards = [...state]
  }

  /** `count` cards, in batch order: diffusion first, consistency last. */
  deal(count: number, random: Random): PairKind[] {
    const dealt: PairKind[] = []
    while (dealt.length < count) {
      if (this.cards.length === 0) this.cards = shuffled(this.fresh(), random)
      const card = this.cards.pop()
      if (card) dealt.push(card)
    }
    return dealt.sort((a, b) => ORDER[a] - ORDER[b])
  }

  get state(): DeckState {
    return [...this.cards]
  }

  private fresh(): PairKind[] {
    const { diffusion, consistency } = this.counts
    return Array.from({ length: DECK_SIZE }, (_, i) =>
      i < diffusion ? 'diffusion' : i >= DECK_SIZE - consistency ? 'consistency' : 'transition',
    )
  }
}

/** Cards in a full deck, and the smallest batch that holds the mixture itself. */
export const DECK_SIZE = 10

const ORDER: { readonly [K in PairKind]: number } = { diffusion: 0, transition: 1, consistency: 2 }

/** Fisher–Yates. */
function shuffled(cards: PairKind[], random: Random): PairKind[] {
  for (let i = cards.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    const [a, b] = [cards[i], cards[j]]
    if (a !== undefined && b !== undefined) [cards[i], cards[j]] = [b, a]
  }
  return cards
}
