import { mulDims, type Dim } from '../../../ir/dim'
import { GraphError } from '../../../ir/errors'
import type { Value } from '../../../ir/value'
import type { Net } from '../../../nn/net'
import type { Edges } from '../../../nn/tiles'
import type { Stream } from './stream'
import type { Known, Trace } from './whole'

/** A layer that makes each stripe of its result from the same stripe of its inputs and the rows next to it. */
export interface Layer {
  /** All cut alike. */
  readonly inputs: readonly Stream[]
  /** Rows of cells of the first input that it sees beyond the stripe. */
  readonly sees?: number
  /** What is known of the whole picture, by name. */
  readonly given?: Readonly<Record<string, Known>>
  /** The number of rows of a stripe must be a multiple of it. Default 1. */
  readonly multiple?: number
  /** Stripes that it makes of one. */
  readonly pieces?: number
  /** What is done to each cell of the first input before neighbours are looked at; beyond the grid lie zeros all the same. */
  readonly prepare?: (net: Net, cells: Value, given: Operands['given']) => Value
  /** Shape: (s²,C,r,T) → (s'²,C',r',T'). */
  readonly build: (net: Net, stripe: Operands) => Value
}

/** What a layer makes a stripe from. */
export interface Operands {
  /** The stripe of the first input, (s²,C,r,T), and the rows next to it, (s,C,sees,T). */
  readonly x: Value
  readonly edges: Edges
  /** The stripe of the second input; without one, of the first, as it came. */
  readonly also: Value
  /** What is known of the whole picture. */
  readonly given: (name: string) => Value
}

/** Declares the inputs of a layer's graph. */
export function operands(net: Net, { inputs, sees = 0, given = {}, multiple = 1, prepare }: Layer): Operands {
  const { b } = net
  const cells = inputs.map(({ form: { side, channels, columns } }, i) =>
    b.input(`x.${i}`, 'f32', [side * side, channels, mulDims('r', multiple), columns]),
  )
  const [x, also = x] = cells
  const [input] = inputs
  if (!x || !also || !input) throw new GraphError('A layer has an input.')
  const { side, channels, columns } = input.form
  const known = new Map(Object.entries(given).map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]))
  const look = lookUp(known)
  const edge = (name: 'above' | 'below'): Value => {
    const shape = [side, channels, sees, columns]
    if (sees === 0) return b.zero({ dtype: 'f32', shape })
    const rows = b.input(name, 'f32', shape)
    return prepare ? b.mul(prepare(net, rows, look), b.input(`inside.${name}`, 'f32', [1])) : rows
  }
  return {
    x: prepare ? prepare(net, x, look) : x,
    also,
    edges: { above: edge('above'), below: edge('below') },
    given: look,
  }
}

/** The same in a graph of several layers, where the stripe is the whole grid. */
export function operandsIn(trace: Trace, { inputs, sees = 0, given = {}, prepare }: Layer): Operands {
  const { net } = trace
  const [x, also = x] = inputs.map((input) => trace.of(input))
  const [input] = inputs
  if (!x || !also || !input) throw new GraphError('A layer has an input.')
  const { side, channels, columns } = input.form
  const look = lookUp(new Map(Object.entries(given).map(([name, known]) => [name, trace.known(known)])))
  const shape: readonly Dim[] = [side, channels, sees, columns]
  const nothing = net.b.zero({ dtype: 'f32', shape })
  return { x: prepare ? prepare(net, x, look) : x, also, edges: { above: nothing, below: nothing }, given: look }
}

function lookUp(known: ReadonlyMap<string, Value>): Operands['given'] {
  return (name) => {
    const value = known.get(name)
    if (!value) throw new GraphError(`Nothing is known of '${name}'.`)
    return value
  }
}
