import type { Value } from '../ir/value'
import type { LinearLayer, Net } from './net'

/** What a stack of adapters does to one layer: y·gain + (x·downᵀ)·upᵀ. */
export interface StackedLayer {
  /** Whether rows of the layer's own product change too (DoRA). */
  readonly gain: boolean
}

/** Names of the graph inputs that hold a layer's factors: down (R,I), up (O,R), gain (O). */
export const stackInputs = {
  down: (key: string) => `adapter.down.${key}`,
  up: (key: string) => `adapter.up.${key}`,
  gain: (key: string) => `adapter.gain.${key}`,
} as const

/**
 * A net whose layers carry a stack of adapters, their ranks one after the other. Factors are inputs of the graph and their joint rank is
 * symbolic: one session serves every stack on the same layers, with any strengths.
 */
export function stackedNet(inner: Net, layers: ReadonlyMap<string, StackedLayer>): Net {
  return {
    ...inner,
    adapt: (layer) => {
      const y = inner.adapt?.(layer) ?? layer.y
      const found = layers.get(layer.key)
      return found ? inner.b.scope('adapters', () => stacked(inner, { ...sizesOf(layer), x: layer.x, y }, layer.key, found)) : y
    },
  }
}

interface Place {
  readonly x: Value
  readonly y: Value
  readonly in: number
  readonly out: number
}

function sizesOf({ x, y }: LinearLayer): { readonly in: number; readonly out: number } {
  return { in: Number(x.shape.at(-1)), out: Number(y.shape.at(-1)) }
}

function stacked({ b }: Net, place: Place, key: string, { gain }: StackedLayer): Value {
  const rank = `r_${key.replace(/\W/g, '_')}`
  const down = b.input(stackInputs.down(key), 'f32', [rank, place.in])
  const up = b.input(stackInputs.up(key), 'f32', [place.out, rank])
  const own = gain ? b.mul(place.y, b.input(stackInputs.gain(key), 'f32', [place.out])) : place.y
  return b.add(own, b.matMul(b.matMul(place.x, b.transpose(down, [1, 0])), b.transpose(up, [1, 0])))
}
