/** What a pickle can hold once read, and what is decided from outside while it is read. */

export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickledList
  | PickledTuple
  | PickledDict
  | PickledGlobal
  | PickledObject

export interface PickledList {
  readonly is: 'list'
  readonly items: Pickled[]
}
export interface PickledTuple {
  readonly is: 'tuple'
  readonly items: readonly Pickled[]
}
export interface PickledDict {
  readonly is: 'dict'
  /** In order; keys may be anything in Python, here only what is text or number is kept. */
  readonly entries: Map<string | number, Pickled>
}
/** A name of a module; nothing is imported. */
export interface PickledGlobal {
  readonly is: 'global'
  readonly name: string
}
/** What the rules made of a call or a persistent id. */
export interface PickledObject {
  readonly is: 'object'
  readonly value: unknown
}

export interface PickleRules {
  /** Whether `module.name` may stand in the file. */
  readonly allows: (name: string) => boolean
  /** The result of calling an allowed global. Throws where the arguments do not fit. */
  readonly call: (name: string, args: readonly Pickled[]) => Pickled
  /** What a persistent id stands for. */
  readonly load: (id: Pickled) => Pickled
}

/** Why a pickle was not read. `global` is set where it names something that is not allowed. */
export class PickleError extends Error {
  constructor(
    message: string,
    readonly global?: string,
  ) {
    super(message)
  }
}

/** Whether a value is one of the tagged kinds. */
export function isKind<K extends 'list' | 'tuple' | 'dict' | 'global' | 'object'>(
  value: Pickled | undefined,
  kind: K,
): value is Extract<Pickled, { readonly is: K }> {
  return typeof value === 'object' && value !== null && 'is' in value && value.is === kind
}

/** An empty dict. */
export function emptyDict(): PickledDict {
  return { is: 'dict', entries: new Map() }
}

/** A tuple of values. */
export const tuple = (items: readonly Pickled[]): PickledTuple => ({ is: 'tuple', items })
