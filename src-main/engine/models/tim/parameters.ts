import { nameOf } from '../../ir/graph'
import { createBuilder } from '../../ops/table'
import { plainNet } from '../../nn/net'
import { buildTim, projector } from './build'
import type { TimConfig } from './config'
import { timeInputs } from './embed'

/** Every checkpoint key of a network and its shape. With `projector`, those of the REPA head (training only) too. */
export function timParameters(
  config: TimConfig,
  options: { readonly projector: boolean },
): ReadonlyMap<string, readonly number[]> {
  const b = createBuilder()
  const net = plainNet(b)
  const { out, middle } = buildTim(net, config, timeInputs(net, 'b'))
  const features = options.projector ? middle[`blocks.${config.encoder_depth - 1}`] : undefined
  const graph = b.graph({ out, ...(features ? { projected: projector(net, config, features) } : {}) })
  return new Map(graph.params.map((param) => [nameOf(param), param.shape.map(Number)]))
}
