import type { Tensor } from '../../ir/tensor'
import { readAdapter } from '../../models/peft/read-adapter'
import { timLinearLayers } from '../../models/tim/linear-layers'
import type { TimCheckpoint } from '../../models/tim/load'
import type { AdapterGraph } from '../../models/tim/network-graph'

/** An adapter as a probe takes it: what it adds to the graph, and its weights. */
export interface ProbedAdapter {
  readonly graph: AdapterGraph
  readonly weights: Readonly<Record<string, Tensor<'f32'>>>
}

/** Reads a PEFT adapter for a network; probes drop nothing. Throws AdapterError, WeightsError, FileError. */
export function probedAdapter(folder: string, { config }: TimCheckpoint): ProbedAdapter {
  const { layers, weights } = readAdapter(folder, timLinearLayers(config)).adapter
  const shapes = new Map(Object.entries(weights).map(([key, { shape }]) => [key, shape]))
  return { graph: { layers, shapes, dropout: 0 }, weights }
}
