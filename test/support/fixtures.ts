import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { openSafetensors } from '../../src-main/engine/weights/safetensors'

const root = fileURLToPath(new URL('../golden/fixtures', import.meta.url))

/** Path inside test/golden/fixtures. */
export function fixturePath(...parts: string[]): string {
  return join(root, ...parts)
}

/** A fixture's cases.json. The caller states the shape it relies on. */
export function fixtureCases<T>(folder: string): T {
  return JSON.parse(readFileSync(fixturePath(folder, 'cases.json'), 'utf8')) as T
}

/** The tensors of a fixture's cases.safetensors (or another file of the folder) by name. */
export interface FixtureTensors {
  readonly names: readonly string[]
  read(name: string): Tensor
  /** As `read`, where the tensor must be f32. */
  f32(name: string): Tensor<'f32'>
}

export function fixtureTensors(folder: string, file = 'cases.safetensors'): FixtureTensors {
  const source = openSafetensors(fixturePath(folder, file))
  return {
    names: [...source.tensors.keys()],
    read: (name) => source.read(name),
    f32: (name) => {
      const found = source.read(name)
      if (!isF32(found)) throw new TypeError(`${folder}/${file}: '${name}' is ${found.dtype}, not f32.`)
      return found
    },
  }
}

function isF32(tensor: Tensor): tensor is Tensor<'f32'> {
  return tensor.dtype === 'f32'
}

/** ‖a − b‖ / ‖b‖ in float64; Infinity where lengths differ, NaN where either holds NaN. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let difference = 0
  let size = 0
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i] ?? NaN, b[i] ?? NaN]
    difference += (x - y) ** 2
    size += y ** 2
  }
  return size === 0 ? Math.sqrt(difference) : Math.sqrt(difference / size)
}
