import type { MemoryChoice, MemoryNeed } from '#shared/schema/memory'
import type { MemoryWish } from '#shared/schema/memory-need'
import type { Precision } from '#shared/schema/recipe'
import { EngineError } from '../../ir/errors'

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
