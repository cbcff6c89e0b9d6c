import type { MemoryChoice, MemoryNeed } from '#shared/schema/memory'
import { passesOf } from '#shared/schema/passes'
import type { Precision, Recipe } from '#shared/schema/recipe'
import { EngineError } from '../../ir/errors'
import type { MemoryWish, ModelMemory } from './estimate-memory'

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

/** Refuses a picture that cannot fit, naming the choices that make it fit. Throws EngineError `memory.too-little`. */
export function requireFit({ width, height }: MemoryWish, precision: Precision, need: MemoryNeed): void {
  if (need.fits) return
  throw new EngineError(
    'memory.too-little',
    `A picture of ${width} × ${height} needs ${gigabytes(need.bytes)} of memory with this model in ${precision}; ${gigabytes(need.available)} are free.`,
    need.choices.length > 0
      ? `To make it fit: ${need.choices.map(inWords).join(', or ')}. Or close other programs.`
      : 'Close other programs, or draw on a machine with more memory.',
  )
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

function inWords(choice: MemoryChoice): string {
  const size = gigabytes(choice.bytes)
  switch (choice.is) {
    case 'smaller':
      return `draw at ${choice.width} × ${choice.height} (${size})`
    case 'unguided':
      return `draw without guidance (${size})`
    case 'precision':
      return `import the model with --precision ${choice.precision} (${size})`
    case 'streamed':
      return `stream the network (${size}; tim generate --stream)`
  }
}
