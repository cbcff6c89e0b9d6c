import type { FoundAdapter } from '#shared/schema/adapter'
import { AdapterError, type Adapter } from '../../models/peft/adapter'
import { openAdapter } from './open-adapter'
import { adapterHash } from './store'

/** What a sound adapter does: ‖ΔW‖ of the layer it changes least and most (DoRA's magnitudes aside). */
export interface AdapterNorms {
  readonly layers: number
  readonly smallest: number
  readonly largest: number
}

/**
 * Checks an adapter of the library: content as when it came, all numbers finite, every layer of the model's shape and really changed.
 * Throws AdapterError naming what is not so.
 */
export async function verifyAdapter({ folder, card }: FoundAdapter, modelFolder: string): Promise<AdapterNorms> {
  if ((await adapterHash(folder)) !== card.sha256) {
    throw new AdapterError('adapter.values', `${card.name} was changed since it came into the library.`, 'Import it again.')
  }
  return adapterNorms(card.name, openAdapter(folder, modelFolder).adapter)
}

/** ‖ΔW‖ of every layer, all finite and above 0. Throws AdapterError naming the layer where they are not. */
export function adapterNorms(name: string, { layers, weights }: Adapter): AdapterNorms {
  const norms = [...layers].map(([module, { a, b, rank, scale, magnitude }]) => {
    const parts = [a, b, ...(magnitude === undefined ? [] : [magnitude])].map((key) => weights[key]?.data ?? new Float32Array())
    if (!parts.every((data) => data.every((value) => Number.isFinite(value)))) {
      throw new AdapterError(
        'adapter.values',
        `${name} holds numbers that are not finite in '${module}'.`,
        'Use an earlier checkpoint.',
      )
    }
    const norm = Math.abs(scale) * productNorm(parts[1] ?? new Float32Array(), parts[0] ?? new Float32Array(), rank)
    if (norm > 0) return norm
    throw new AdapterError('adapter.values', `${name} changes nothing in '${module}'.`, 'Train it further, or on fewer layers.')
  })
  return { layers: norms.length, smallest: Math.min(...norms), largest: Math.max(...norms) }
}

/** ‖B·A‖ = √Σ (BᵀB)ᵢⱼ (AAᵀ)ᵢⱼ: no larger matrix than rank² is made. b: (O,R), a: (R,I). */
function productNorm(b: Float32Array, a: Float32Array, rank: number): number {
  const inner = a.length / rank
  const out = b.length / rank
  let sum = 0
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j <= i; j++) {
      let left = 0
      let right = 0
      for (let o = 0; o < out; o++) left += (b[o * rank + i] ?? 0) * (b[o * rank + j] ?? 0)
      for (let k = 0; k < inner; k++) right += (a[i * inner + k] ?? 0) * (a[j * inner + k] ?? 0)
      sum += (i === j ? 1 : 2) * left * right
    }
  }
  return Math.sqrt(Math.max(0, sum))
}
