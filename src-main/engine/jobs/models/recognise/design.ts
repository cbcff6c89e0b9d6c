import type { ModelPart } from '#shared/engine/models'
import type { LatentSpace } from '../manifest-of'
import type { Gemma3Config } from '../../../models/gemma3/config'
import type { TimConfig } from '../../../models/tim/config'
import type { Given, Tensors } from './given'

/** A network that was recognised by its keys and shapes: its tensors under the keys of its graphs, and what config.json is to say. */
export interface Recognised {
  readonly part: ModelPart
  readonly tensors: Tensors
  /** As written to the component's config.json. */
  readonly config: object
  /** Every key and shape that the network needs. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  /** What a person should know: an assumption, a choice. */
  readonly notes: readonly string[]
  readonly is:
    | { readonly design: 'tim'; readonly tim: TimConfig }
    | { readonly design: 'dc-ae' | 'sd-vae'; readonly latent: LatentSpace }
    | { readonly design: 'gemma3'; readonly gemma3: Gemma3Config }
}

/** One design of a network: how it is told from others. */
export interface Design {
  readonly part: ModelPart
  /** As a person would call it. */
  readonly title: string
  /** The network's tensors under the keys of its graphs; undefined where it is another one. */
  readonly find: (tensors: Tensors) => { readonly tensors: Tensors; readonly notes: readonly string[] } | undefined
  /** What its shapes (and config.json, where that says more) tell. Throws ModelsError. */
  readonly read: (tensors: Tensors, given: Given) => Omit<Recognised, 'part' | 'tensors'>
}

/** One more than the largest number that stands where `pattern` has its group; 0 where no key matches. */
export function countOf(tensors: Tensors, pattern: RegExp): number {
  let count = 0
  for (const key of tensors.keys()) {
    const [, index] = pattern.exec(key) ?? []
    if (index !== undefined) count = Math.max(count, Number(index) + 1)
  }
  return count
}

/** A size of a tensor that the design's own `find` has seen; 0 where it is missing, which the check of all keys reports. */
export function sizeAt(tensors: Tensors, key: string, axis: number): number {
  return tensors.get(key)?.shape[axis] ?? 0
}
