import type { z } from 'zod'
import type { Provider } from '#shared/schema/recipe'
import type { Tensor } from '../../ir/tensor'
import type { Inputs } from './inputs'
import type { OptionsSchema } from './options'

/** What a component gets: everything somebody gave, with the options already checked. */
export interface ProbeRequest<Options> {
  /** Take every tensor from here; what is not taken is an error. */
  readonly inputs: Inputs
  readonly options: Options
  /** Folder with config.json and model.safetensors; '' for components without one. */
  readonly model: string
  /** Folder of a PEFT adapter. */
  readonly adapter?: string
  readonly provider: Provider
}

/** Tensors for --out, or an answer in JSON for stdout. */
export type ProbeAnswer = { readonly tensors: Readonly<Record<string, Tensor>> } | { readonly json: unknown }

/** A part of the engine that can be compared with another implementation from outside. */
export interface Component<S extends OptionsSchema = OptionsSchema> {
  /** One line for the help: what goes in and what comes out. */
  readonly summary: string
  readonly needs: {
    readonly model: boolean
    readonly input: boolean
    /** False: the answer is JSON. */
    readonly output: boolean
    readonly adapter: 'allowed' | 'no'
  }
  /** z.object of the option names; zod gives defaults and messages. Unknown names are refused for you. */
  readonly options: S
  readonly run: (request: ProbeRequest<z.output<S>>) => Promise<ProbeAnswer>
}

/** A component whose `run` knows its options by name. */
export function defineComponent<S extends OptionsSchema>(component: Component<S>): Component {
  // The front checks options with the component's own schema before it calls `run`.
  return component as unknown as Component
}
