import type { MemoryChoice, MemoryNeed, MemorySamples } from './memory'
import { passesOf } from './passes'
import type { Precision, Recipe } from './recipe'

/** What of a picture its memory depends on. */
export interface MemoryWish {
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly guided: boolean
  /** With one block of the network in memory at a time. */
  readonly streamed: boolean
}

/** What pictures of one model take. */
export interface ModelMemory {
  /** Bytes at the peak of a picture; infinite where it cannot be drawn so. */
  readonly need: (wish: MemoryWish) => number
  /** Of the network, as they are stored. */
  readonly weights: number
  readonly precision: Precision
  /** Sides are multiples of this, in pixels. */
  readonly unit: number
  readonly minSide: number
}

/** What of a recipe its memory depends on. */
export type MemoryRecipe = Pick<Recipe, 'width' | 'height' | 'steps' | 'cfg'>

/** The wish that a recipe makes. */
export function wishOf({ width, height, steps, cfg }: MemoryRecipe, streamed: boolean): MemoryWish {
  return { width, height, guided: passesOf(steps, cfg) > steps, streamed }
}

/** What a picture needs, and, where that is more than `available` bytes, which choices make it fit. Pure. */
export function memoryNeed(memory: ModelMemory, wish: MemoryWish, available: number): MemoryNeed {
  const bytes = memory.need(wish)
  const fits = bytes <= available
  return { bytes, weights: memory.weights, available, fits, choices: fits ? [] : choicesFor(memory, wish, available) }
}

/** The choices that make a picture fit, the gentlest first: what changes the picture least. */
function choicesFor(memory: ModelMemory, wish: MemoryWish, available: number): MemoryChoice[] {
  const bytes = memory.need(wish)
  const choices: MemoryChoice[] = []
  const streamed = memory.need({ ...wish, streamed: true })
  if (streamed <= available && streamed < bytes) choices.push({ is: 'streamed', bytes: streamed })
  const narrower = wish.streamed ? [] : SMALLER.filter(({ bits }) => bits < bitsOf(memory.precision))
  const precision = narrower.map(({ precision, bits }) => ({ precision, bytes: bytes - saved(memory, bits) }))
  const nearest = precision.find((one) => one.bytes <= available)
  if (nearest) choices.push({ is: 'precision', ...nearest })
  const smaller = largestThatFits(memory, wish, available)
  if (smaller) choices.push({ is: 'smaller', ...smaller })
  const unguided = memory.need({ ...wish, guided: false })
  if (wish.guided && unguided <= available) choices.push({ is: 'unguided', bytes: unguided })
  return choices
}

/** The largest picture of about the same shape that fits. */
function largestThatFits(
  memory: ModelMemory,
  wish: MemoryWish,
  available: number,
): { width: number; height: number; bytes: number } | undefined {
  const { unit, minSide } = memory
  const longest = Math.max(wish.width, wish.height)
  for (let side = longest - unit; side >= minSide; side -= unit) {
    const shrunk = (pixels: number): number => Math.max(unit, Math.round((pixels * side) / longest / unit) * unit)
    const [width, height] = [shrunk(wish.width), shrunk(wish.height)]
    const bytes = memory.need({ ...wish, width, height })
    if (bytes <= available) return { width, height, bytes }
  }
  return undefined
}

/** Bits of a stored weight on average, companions included, from the one nearest to the original on. */
const SMALLER = [
  { precision: 'f16', bits: 16 },
  { precision: 'q8', bits: 8.3 },
  { precision: 'q4', bits: 5.4 },
] as const

function bitsOf(precision: Precision): number {
  return SMALLER.find((one) => one.precision === precision)?.bits ?? (precision === 'int8' ? 8.3 : 32)
}

function saved({ weights, precision }: ModelMemory, bits: number): number {
  return weights * (1 - bits / bitsOf(precision))
}

/** What pictures of a model take, as its card tells: between the sizes of its samples, and beyond the last, in proportion to the area. Not streamed. */
export function memoryOfCard(card: {
  readonly memory: MemorySamples
  readonly precision: Precision
  readonly factor: number
  readonly minSide: number
}): ModelMemory {
  const { samples, weights } = card.memory
  const need = ({ width, height, guided, streamed }: MemoryWish): number => {
    if (streamed) return Infinity
    const pixels = width * height
    const found = samples.findIndex((sample) => sample.pixels >= pixels)
    const upper = Math.max(1, found === -1 ? samples.length - 1 : found)
    const [low, high] = [samples[upper - 1], samples[upper]]
    if (!low || !high) return NaN
    const way = guided ? 'guided' : 'plain'
    const share = Math.max(0, (pixels - low.pixels) / (high.pixels - low.pixels))
    return low[way] + share * (high[way] - low[way])
  }
  return { need, weights, precision: card.precision, unit: card.factor, minSide: card.minSide }
}
