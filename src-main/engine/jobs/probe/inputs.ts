import type { DType } from '../../ir/dtype'
import type { Tensor } from '../../ir/tensor'
import { ProbeError } from './probe-error'

/** Axes of an expected tensor: a number must match; a letter names a size that must be the same wherever the letter stands. */
export type Axes = readonly (number | string)[]

/**
 * The tensors that somebody gives to a component, taken one by one under the names and shapes that the component states.
 * What does not fit is refused with what was expected; what nobody took is refused too, so that a misspelt name is never ignored.
 */
export class Inputs {
  private readonly sizes = new Map<string, number>()
  private readonly expected: string[] = []
  private readonly taken = new Set<string>()

  /** `where` names the tensors' origin in messages. */
  constructor(
    private readonly tensors: ReadonlyMap<string, Tensor>,
    private readonly where: string,
  ) {}

  /** The tensor `name`. Throws ProbeError where it is missing or has another dtype or shape. */
  take<D extends DType>(name: string, dtype: D, axes: Axes): Tensor<D> {
    const found = this.maybe(name, dtype, axes)
    if (found) return found
    throw new ProbeError(
      'probe.input',
      `${this.where} has no tensor '${name}'.`,
      `Add '${name}' as ${show(dtype, axes)}; expected are ${this.expected.join(', ')}.`,
    )
  }

  /** The tensor `name`, of any shape. Throws ProbeError where it is missing or has another dtype. */
  takeAny<D extends DType>(name: string, dtype: D): Tensor<D> {
    return this.take(name, dtype, this.tensors.get(name)?.shape ?? [])
  }

  /** As `take`, undefined where there is no such tensor. */
  maybe<D extends DType>(name: string, dtype: D, axes: Axes): Tensor<D> | undefined {
    this.expected.push(`${name} ${show(dtype, axes)}`)
    const found = this.tensors.get(name)
    if (!found) return undefined
    this.taken.add(name)
    if (!hasType(found, dtype) || !this.fits(found.shape, axes)) {
      const bound = axes.map((axis) =>
        typeof axis === 'string' && this.sizes.has(axis) ? `${axis} = ${this.sizes.get(axis)}` : axis,
      )
      throw new ProbeError(
        'probe.input',
        `Tensor '${name}' in ${this.where} is ${show(found.dtype, found.shape)}, expected ${show(dtype, bound)}.`,
        `Give '${name}' as ${show(dtype, bound)}.`,
      )
    }
    return found
  }

  /** `prefix.0`, `prefix.1`, … up to the first number that is missing. */
  series<D extends DType>(prefix: string, dtype: D, axes: Axes): Tensor<D>[] {
    const found: Tensor<D>[] = []
    while (this.has(`${prefix}.${found.length}`)) found.push(this.take(`${prefix}.${found.length}`, dtype, axes))
    if (found.length === 0) this.expected.push(`${prefix}.0 …`)
    return found
  }

  /** Throws ProbeError where the values of a tensor are not what `need` says. */
  check(name: string, holds: boolean, need: string): void {
    if (holds) return
    throw new ProbeError('probe.input', `Tensor '${name}' in ${this.where} has values that are not ${need}.`, `Give ${need}.`)
  }

  has(name: string): boolean {
    return this.tensors.has(name)
  }

  /** The names that begin with `prefix`, in the order of the file. For components whose keys are the weights' own. */
  namesUnder(prefix: string): string[] {
    return [...this.tensors.keys()].filter((name) => name.startsWith(prefix))
  }

  /** The size that a letter stands for. Throws ProbeError before a tensor has bound it. */
  size(axis: string): number {
    const size = this.sizes.get(axis)
    if (size === undefined)
      throw new ProbeError('probe.input', `No tensor of ${this.where} says how large ${axis} is.`, 'Give it.')
    return size
  }

  /** Throws ProbeError naming a tensor that no component took, and those that are expected. */
  finish(): void {
    const stray = [...this.tensors.keys()].find((name) => !this.taken.has(name))
    if (stray === undefined) return
    throw new ProbeError(
      'probe.input',
      `${this.where} has a tensor '${stray}' that is not expected here.`,
      `Leave it out, or correct its name; expected are ${this.expected.join(', ') || 'none'}.`,
    )
  }

  private fits(shape: readonly number[], axes: Axes): boolean {
    if (shape.length !== axes.length) return false
    const bound = new Map<string, number>()
    const fitting = axes.every((axis, i) => {
      const size = shape[i] ?? 0
      if (typeof axis === 'number') return size === axis
      const known = this.sizes.get(axis) ?? bound.get(axis)
      if (known === undefined) bound.set(axis, size)
      return size > 0 && (known === undefined || known === size)
    })
    if (fitting) for (const [axis, size] of bound) this.sizes.set(axis, size)
    return fitting
  }
}

function hasType<D extends DType>(tensor: Tensor, dtype: D): tensor is Tensor<D> {
  return tensor.dtype === dtype
}

function show(dtype: DType, axes: Axes): string {
  return `${dtype}(${axes.join(', ')})`
}
