import type { onnx as Onnx } from 'onnx-proto'
import { termsOf, type Dim } from '../ir/dim'
import { GraphError } from '../ir/errors'
import { nameOf } from '../ir/graph'
import type { Value } from '../ir/value'
import { int64Tensor } from './tensor-proto'
import { onnx } from './proto'

/** What a model stores besides its own nodes: the arithmetic of symbolic dimensions. */
export interface Sink {
  readonly nodes: Onnx.INodeProto[]
  readonly initializers: Onnx.ITensorProto[]
}

/**
 * Makes int64 tensors out of dimensions: constants where all are numbers, otherwise computed at run time from the shapes of
 * the graph's inputs. Every symbol is read once from an input axis that is a multiple of it; equal tensors are shared.
 */
export class DimTensors {
  private readonly made = new Map<string, string>()

  constructor(
    private readonly inputs: readonly Value[],
    private readonly sink: Sink,
  ) {}

  /** Name of the int64 vector that holds `dims`. Throws GraphError for a symbol no input axis determines. */
  vector(dims: readonly Dim[]): string {
    return this.once(`[${dims.join(',')}]`, (name) => {
      if (dims.every((dim) => typeof dim === 'number')) {
        this.sink.initializers.push(int64Tensor(name, dims))
        return
      }
      this.node(
        'Concat',
        dims.map((dim) => this.single(dim)),
        name,
        [{ name: 'axis', type: onnx.AttributeProto.AttributeType.INT, i: 0 }],
      )
    })
  }

  /** Name of the int64 vector of length 1 that holds `dim`. */
  private single(dim: Dim): string {
    if (typeof dim === 'number') return this.vector([dim])
    return this.once(dim, (name) => {
      const terms = termsOf(dim).map(({ coefficient, symbols }) => this.product(coefficient, symbols))
      this.fold('Add', terms, name)
    })
  }

  private product(coefficient: number, symbols: readonly string[]): string {
    return this.once(`${coefficient}·${symbols.join('·')}`, (name) => {
      const factors = symbols.map((symbol) => this.symbol(symbol))
      this.fold('Mul', coefficient === 1 && factors.length > 0 ? factors : [this.vector([coefficient]), ...factors], name)
    })
  }

  private symbol(symbol: string): string {
    return this.once(`symbol ${symbol}`, (name) => {
      for (const input of this.inputs) {
        for (const [axis, dim] of input.shape.entries()) {
          const [term, ...others] = termsOf(dim)
          if (!term || others.length > 0 || term.symbols.length !== 1 || term.symbols[0] !== symbol) continue
          const shape = this.once(`shape ${nameOf(input)}`, (output) => {
            this.node('Shape', [nameOf(input)], output)
          })
          const axisValue = this.once(`axis ${nameOf(input)} ${axis}`, (output) => {
            this.node('Gather', [shape, this.vector([axis])], output)
          })
          if (term.coefficient === 1) this.node('Identity', [axisValue], name)
          else this.node('Div', [axisValue, this.vector([term.coefficient])], name)
          return
        }
      }
      throw new GraphError(
        `No input axis gives the size of '${symbol}'.`,
        `Declare an input with an axis '${symbol}' or a multiple of it.`,
      )
    })
  }

  private fold(op: 'Add' | 'Mul', names: readonly string[], result: string): void {
    const [first, ...rest] = names
    if (first === undefined) throw new GraphError('A dimension without terms.')
    let sum = first
    rest.forEach((name, i) => {
      const output = i === rest.length - 1 ? result : `${result}.${i}`
      this.node(op, [sum, name], output)
      sum = output
    })
    if (rest.length === 0) this.node('Identity', [first], result)
  }

  private node(opType: string, input: string[], output: string, attribute: Onnx.IAttributeProto[] = []): void {
    this.sink.nodes.push({ opType, input, output: [output], name: `dim ${output}`, attribute })
  }

  private once(key: string, make: (name: string) => void): string {
    const known = this.made.get(key)
    if (known !== undefined) return known
    const name = `dim:${key}`
    this.made.set(key, name)
    make(name)
    return name
  }
}
