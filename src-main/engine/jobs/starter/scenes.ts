import type { Random } from '../../diffusion/random'
import { concepts } from './concepts'
import { backgrounds, styles, tints } from './palette'
import type { ArrangementName } from './places'

/** A thing in a picture: an index into concepts, and into tints where it is not in its own colours. */
export interface Thing {
  readonly concept: number
  readonly tint?: number
}

/** What a picture shows: all that a caption can say, and all that is needed to lay it out. */
export interface Scene {
  readonly arrangement: ArrangementName
  /** One thing, or two different ones where two stand beside or above each other. */
  readonly things: readonly [Thing] | readonly [Thing, Thing]
  /** Indices into the palette. */
  readonly style: number
  readonly background: number
}

/** Kinds of scene with their share of training. What is hardest to draw comes most often. */
const KINDS: readonly { readonly share: number; readonly arrangements: readonly ArrangementName[] }[] = [
  { share: 0.5, arrangements: ['whole'] },
  { share: 0.12, arrangements: ['small', 'topLeft', 'topRight', 'bottomLeft', 'bottomRight'] },
  { share: 0.28, arrangements: ['beside', 'stacked'] },
  { share: 0.1, arrangements: ['two', 'three', 'four'] },
]
const WHITE = 0.35
const TINTED = 0.15
/** One in this many combinations is never trained. */
const KEPT_BACK = 6

/** A scene of training: drawn until it is one that is not held out. */
export function drawScene(random: Random): Scene {
  for (;;) {
    const scene = anyScene(random)
    if (!isHeldOut(scene)) return scene
  }
}

/** A scene of any combination, held out or not. */
export function anyScene(random: Random, arrangement: ArrangementName = drawArrangement(random)): Scene {
  const first = drawThing(random)
  let things: Scene['things'] = [first]
  if (arrangement === 'beside' || arrangement === 'stacked') {
    let second = drawThing(random)
    while (second.concept === first.concept) second = drawThing(random)
    things = [first, second]
  }
  return { arrangement, things, style: below(random, styles.length), background: drawBackground(random) }
}

/**
 * Whether training never shows this combination: a thing in a tint, a thing in a style on a colour, a number of a thing, or a pair
 * of things in whatever order. The same for everyone, for ever: it hangs on the indices alone.
 */
export function isHeldOut({ arrangement, things, style, background }: Scene): boolean {
  const [first, second] = things
  if (things.some(({ concept, tint }) => tint !== undefined && oneIn(KEPT_BACK, 1, concept, tint))) return true
  if (second) return oneIn(KEPT_BACK, 2, Math.min(first.concept, second.concept), Math.max(first.concept, second.concept))
  if (arrangement === 'two' || arrangement === 'three' || arrangement === 'four')
    return oneIn(KEPT_BACK, 3, first.concept, arrangement.length)
  return background !== 0 && oneIn(KEPT_BACK, 4, first.concept, style, background)
}

/** White often, all other colours alike. */
export function drawBackground(random: Random): number {
  return random.uniform() < WHITE ? 0 : 1 + below(random, backgrounds.length - 1)
}

/** An integer of 0 … count − 1. */
export function below(random: Random, count: number): number {
  return Math.floor(random.uniform() * count)
}

function drawThing(random: Random): Thing {
  const concept = below(random, concepts.length)
  return random.uniform() < TINTED ? { concept, tint: below(random, tints.length) } : { concept }
}

function drawArrangement(random: Random): ArrangementName {
  let left = random.uniform()
  for (const { share, arrangements } of KINDS) {
    if (left < share) return arrangements[below(random, arrangements.length)] ?? 'whole'
    left -= share
  }
  return 'whole'
}

/** True for one in `count` of all combinations of numbers (a mix of bits, as in murmur3's end). */
function oneIn(count: number, ...numbers: readonly number[]): boolean {
  let h = 0x9e3779b9
  for (const n of numbers) {
    h = Math.imul(h ^ n, 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h ^= h >>> 16
  }
  return (h >>> 0) % count === 0
}
