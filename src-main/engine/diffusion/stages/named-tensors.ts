import { f32, type Tensor } from '../../ir/tensor'

/** Tensors by name: what stages read and write. */
export type Tensors = Record<string, Tensor>

/** Those of `keys` that there are. */
export function pick(tensors: Tensors, keys: readonly string[]): Tensors {
  return Object.fromEntries(keys.flatMap((key) => (tensors[key] ? [[key, tensors[key]]] : [])))
}

/** All but `keys`. */
export function without(tensors: Tensors, keys: readonly string[]): Tensors {
  const gone = new Set(keys)
  return Object.fromEntries(Object.entries(tensors).filter(([key]) => !gone.has(key)))
}

/** Tensors known as `from(key)` under `to(key)`. */
export function renamed(
  tensors: Tensors,
  keys: readonly string[],
  from: (key: string) => string,
  to: (key: string) => string = (key) => key,
): Tensors {
  return Object.fromEntries(keys.flatMap((key) => (tensors[from(key)] ? [[to(key), tensors[from(key)]]] : []))) as Tensors
}

/** Cotangents of the same value add up. */
export function summed(bars: Tensors, more: Tensors): Tensors {
  const sums = { ...bars }
  for (const [name, bar] of Object.entries(more)) {
    const known = sums[name]
    if (!known) sums[name] = bar
    else
      sums[name] = f32(
        bar.shape,
        (bar.data as Float32Array).map((value, i) => value + Number(known.data[i])),
      )
  }
  return sums
}
