import { nameOf, type Graph } from '../../ir/graph'
import { bytesOf, mostLiveBytes } from '../../passes/live-bytes'
import { activityOf } from './activity'
import { ROWS, type Stage } from './stage'
import { backwardGraph, forwardGraph, type Keep } from './stage-graphs'

/** What a step in stages needs at its peak beside the weights. */
export interface StepMemory {
  /** What all stages keep of the forward pass for the way back. */
  readonly kept: number
  /** The values of one stage's pass, of the stage that has most. */
  readonly working: number
}

/** Sizes of a step: samples, samples that pass beside them (two for each whose derivative is wanted), tokens, rows of captions. */
export interface StepSizes {
  readonly b: number
  readonly s: number
  readonly n: number
  readonly m: number
}

/** Bytes that a training step through `stages` needs, from its graphs: nothing is run. */
export function stepMemory(stages: readonly Stage[], trainable: ReadonlySet<string>, keep: Keep, sizes: StepSizes): StepMemory {
  const symbols = { ...sizes }
  const activity = activityOf(stages, trainable)
  const known = new Map<string, { readonly saved: number; readonly working: number }>()
  let [kept, working] = [0, 0]
  stages.forEach((stage, i) => {
    const active = activity[i]
    const key = `${stage.shape} ${[...(active?.active ?? [])].join()} ${[...(active?.trained ?? [])].join()}`
    const found = known.get(key) ?? stageMemory(stage, active, keep, symbols, sizes.s > 0)
    known.set(key, found)
    const reads = Object.values(stage.reads).reduce((sum, type) => sum + bytesOf(type, symbols), 0)
    kept += reads + found.saved
    working = Math.max(working, found.working)
  })
  return { kept, working }
}

function stageMemory(
  stage: Stage,
  active: ReturnType<typeof activityOf>[number],
  keep: Keep,
  symbols: Readonly<Record<string, number>>,
  beside: boolean,
): { readonly saved: number; readonly working: number } {
  const way = active && backwardGraph(stage, { active: active.active, trained: active.trained, keep })
  const forward = forwardGraph(stage, { beside, saved: way?.saved ?? [], keep })
  const saved = Object.entries(forward.outputs).filter(([name]) => name.startsWith('saved.'))
  return {
    saved: saved.reduce((sum, [, value]) => sum + bytesOf(value, symbols), 0),
    working: Math.max(
      besideInputs(forward, symbols) + mostLiveBytes(forward, symbols),
      way ? mostLiveBytes(way.graph, symbols) : 0,
    ),
  }
}

/** What samples beside the batch bring into a stage; the batch's own is counted as kept. */
function besideInputs(graph: Graph, symbols: Readonly<Record<string, number>>): number {
  const own = graph.inputs.filter(({ shape }) => shape[0] !== ROWS && shape[0] === 's')
  return own.reduce((sum, value) => sum + (nameOf(value).startsWith('beside.') ? bytesOf(value, symbols) : 0), 0)
}
