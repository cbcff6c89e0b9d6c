import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { stackedNet, stackInputs, type StackedLayer } from '../../nn/stacked-low-rank'
import type { LowRankLayer } from '../../nn/low-rank'
import type { Net } from '../../nn/net'
import type { Adapter } from './adapter'

/** An adapter in use. */
export interface StackedAdapter {
  readonly adapter: Adapter
  readonly strength: number
  /** DoRA: m/‖W + s·B·A‖ by row for each of its layers. */
  readonly gains: ReadonlyMap<string, Float32Array>
}

/** What all adapters in use do to one layer: W ← gain·W + up·down by rows. */
export interface LayerChange {
  /** (R,I) and (O,R). */
  readonly down: Tensor<'f32'>
  readonly up: Tensor<'f32'>
  /** (O); undefined where the layer's own rows stay. */
  readonly gain: Float32Array | undefined
}

/** Several adapters as one, for a network that is given their factors at every run. */
export interface AdapterStack {
  /** Stacks of equal layout build equal graphs. */
  readonly layout: string
  readonly around: (net: Net) => Net
  readonly factors: Readonly<Record<string, Tensor<'f32'>>>
}

/**
 * The change of every layer: Σ strength·ΔW. An adapter's ΔW is s·B·A, or (g − 1)·W + g·s·B·A by rows for DoRA with gain g, so strengths
 * scale what the adapter adds, negative ones subtract it. Adapters of strength 0 are left out.
 */
export function layerChanges(stack: readonly StackedAdapter[]): Map<string, LayerChange> {
  const used = stack.filter(({ strength }) => strength !== 0)
  const keys = [...new Set(used.flatMap(({ adapter }) => [...adapter.layers.keys()]))]
  return new Map(
    keys.map((key) => {
      const parts = used.flatMap((one) => {
        const layer = one.adapter.layers.get(key)
        return layer ? [{ ...one, layer, gain: one.gains.get(key) }] : []
      })
      return [key, { ...joined(parts), gain: gainOf(parts) }]
    }),
  )
}

/** The stack's graph and inputs; undefined where nothing is in use, so that the network runs as it is without adapters. */
export function stackAdapters(stack: readonly StackedAdapter[]): AdapterStack | undefined {
  const changes = layerChanges(stack)
  if (changes.size === 0) return undefined
  const layers = new Map([...changes].map(([key, { gain }]): [string, StackedLayer] => [key, { gain: gain !== undefined }]))
  const factors: Record<string, Tensor<'f32'>> = {}
  for (const [key, { down, up, gain }] of changes) {
    factors[stackInputs.down(key)] = down
    factors[stackInputs.up(key)] = up
    if (gain) factors[stackInputs.gain(key)] = f32([gain.length], gain)
  }
  return { layout: JSON.stringify([...layers]), around: (net) => stackedNet(net, layers), factors }
}

interface Part extends StackedAdapter {
  readonly layer: LowRankLayer
  readonly gain: Float32Array | undefined
}

/** Factors one after the other along the rank; `up` holds scale, strength and gain. */
function joined(parts: readonly Part[]): { readonly down: Tensor<'f32'>; readonly up: Tensor<'f32'> } {
  const rank = parts.reduce((sum, { layer }) => sum + layer.rank, 0)
  const [first] = parts
  const [inner, out] = first ? [widthOf(first), heightOf(first)] : [0, 0]
  const down = new Float32Array(rank * inner)
  const up = new Float32Array(out * rank)
  let at = 0
  for (const { adapter, strength, layer, gain } of parts) {
    const [a, b] = [adapter.weights[layer.a]?.data ?? [], adapter.weights[layer.b]?.data ?? []]
    down.set(a, at * inner)
    for (let row = 0; row < out; row++) {
      const factor = layer.scale * strength * (gain?.[row] ?? 1)
      for (let i = 0; i < layer.rank; i++) up[row * rank + at + i] = (b[row * layer.rank + i] ?? 0) * factor
    }
    at += layer.rank
  }
  return { down: f32([rank, inner], down), up: f32([out, rank], up) }
}

function widthOf({ adapter, layer }: Part): number {
  return sizeOf(adapter.weights[layer.a]?.shape.slice(1) ?? [0])
}

function heightOf({ adapter, layer }: Part): number {
  return adapter.weights[layer.b]?.shape[0] ?? 0
}

/** 1 + Σ strength·(g − 1) by row. */
function gainOf(parts: readonly Part[]): Float32Array | undefined {
  const dora = parts.filter(({ gain }) => gain)
  const [first] = dora
  if (!first) return undefined
  return Float32Array.from({ length: heightOf(first) }, (_, row) =>
    dora.reduce((sum, { gain, strength }) => sum + strength * ((gain?.[row] ?? 1) - 1), 1),
  )
}
