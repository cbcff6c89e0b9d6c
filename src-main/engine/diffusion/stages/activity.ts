import { nameOf, type Graph } from '../../ir/graph'
import type { Stage } from './stage'
import { forwardGraph } from './stage-graphs'

/** A stage's part in the way back: which values it reads depend on trained weights, and which of its own are trained. */
export interface Activity {
  readonly active: ReadonlySet<string>
  readonly trained: ReadonlySet<string>
}

/** Walks the stages forward: which values depend on trained weights where, and which stages therefore have a way back. */
export function activityOf(stages: readonly Stage[], trainable: ReadonlySet<string>): (Activity | undefined)[] {
  const active = new Set<string>()
  const graphs = new Map<string, Graph>()
  return stages.map((stage) => {
    const graph = graphs.get(stage.shape) ?? forwardGraph(stage, { beside: false, saved: [], keep: 'nothing' })
    graphs.set(stage.shape, graph)
    const trained = new Set(graph.params.map(nameOf).filter((param) => trainable.has(stage.keyOf(param))))
    const reached = new Set(Object.keys(stage.reads).filter((name) => active.has(name)))
    if (trained.size === 0 && reached.size === 0) return undefined
    for (const name of Object.keys(graph.outputs)) active.add(name)
    return { active: reached, trained }
  })
}
