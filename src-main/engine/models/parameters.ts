import { nameOf, type Graph } from '../ir/graph'

/** Every parameter of some graphs and its shape: what a checkpoint must hold for them. */
export function parametersOf(...graphs: readonly Graph[]): ReadonlyMap<string, readonly number[]> {
  const all = graphs.flatMap(({ params }) => params)
  return new Map(all.map((param) => [nameOf(param), param.shape.map(Number)]))
}
