import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Provider } from '#shared/schema/recipe'
import type { Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import type { Component, ProbeAnswer } from './component'
import { COMPONENT_NAMES, COMPONENTS, type ComponentName } from './components'
import { Inputs } from './inputs'
import { checkOptions, readOptions } from './options'
import { ProbeError } from './probe-error'

/** A probe as the command line states it. */
export interface ProbeCall {
  readonly component: string
  readonly model?: string
  /** .safetensors with the inputs. */
  readonly in?: string
  /** .safetensors to write. */
  readonly out?: string
  /** JSON object. */
  readonly options?: string
  readonly adapter?: string
  readonly provider?: string
}

/** Computes one component on tensors from a file and writes its outputs to another. Returns what belongs on stdout, if anything. */
export async function probe(call: ProbeCall): Promise<unknown> {
  const component = await componentOf(call.component)
  checkCall(call, component)
  const options = readOptions(call.options, component.options)
  const tensors = call.in === undefined ? new Map<string, Tensor>() : readTensors(call.in)
  const answer = await answerWith(component, { ...call, options, tensors, where: call.in ?? 'The call' })
  if ('json' in answer) return answer.json
  if (call.out !== undefined) await writeSafetensors(call.out, answer.tensors)
  return undefined
}

/** The same without files, for tests: tensors in, tensors out. */
export async function probeTensors(
  name: ComponentName,
  given: {
    readonly tensors?: Readonly<Record<string, Tensor>>
    readonly options?: object
    readonly model?: string
    readonly adapter?: string
    readonly provider?: Provider
  },
): Promise<Record<string, Tensor>> {
  const component = await componentOf(name)
  const options = checkOptions(given.options ?? {}, component.options)
  const tensors = new Map(Object.entries(given.tensors ?? {}))
  const answer = await answerWith(component, { ...given, options, tensors, where: 'The call' })
  if ('tensors' in answer) return { ...answer.tensors }
  throw new ProbeError('probe.component', `${name} answers in JSON.`, 'Call probe().')
}

async function answerWith(
  component: Component,
  call: {
    readonly options: Record<string, unknown>
    readonly tensors: ReadonlyMap<string, Tensor>
    readonly where: string
    readonly model?: string
    readonly adapter?: string
    readonly provider?: string
  },
): Promise<ProbeAnswer> {
  const inputs = new Inputs(call.tensors, call.where)
  const { options, model = '', adapter } = call
  const provider = providerOf(call.provider)
  const answer = await component.run({ inputs, options, model, provider, ...(adapter === undefined ? {} : { adapter }) })
  inputs.finish()
  return answer
}

/** The component of a name. Throws ProbeError listing those there are. */
export async function componentOf(name: string): Promise<Component> {
  const known = COMPONENT_NAMES.find((candidate) => candidate === name)
  if (known === undefined) {
    throw new ProbeError('probe.component', `There is no component '${name}'.`, `Choose one of ${COMPONENT_NAMES.join(', ')}.`)
  }
  const load = COMPONENTS[known]
  if (load === undefined) {
    const here = COMPONENT_NAMES.filter((candidate) => COMPONENTS[candidate] !== undefined)
    throw new ProbeError('probe.component', `This build has no component '${name}'.`, `It has ${here.join(', ')}.`)
  }
  return load()
}

function checkCall(call: ProbeCall, { needs }: Component): void {
  const wants = (flag: string, value: string | undefined, needed: boolean, what: string): void => {
    if (needed && value === undefined) {
      throw new ProbeError('probe.component', `${call.component} needs ${flag}: ${what}.`, `Add ${flag} …`)
    }
    if (!needed && value !== undefined) {
      throw new ProbeError('probe.component', `${call.component} takes no ${flag}.`, `Leave ${flag} out.`)
    }
  }
  wants('--model', call.model, needs.model, 'the folder of its config.json and weights')
  wants('--in', call.in, needs.input, 'a .safetensors file with its inputs')
  wants('--out', call.out, needs.output, 'the .safetensors file to write')
  if (call.adapter === undefined) return
  if (needs.adapter === 'no')
    throw new ProbeError('probe.adapter', `${call.component} takes no --adapter.`, 'Leave --adapter out.')
  for (const file of ['adapter_config.json', 'adapter_model.safetensors']) {
    if (existsSync(join(call.adapter, file))) continue
    throw new ProbeError('probe.adapter', `${call.adapter} has no ${file}.`, 'Name the folder of a PEFT adapter.')
  }
}

function readTensors(file: string): Map<string, Tensor> {
  const source = openSafetensors(file)
  return new Map([...source.tensors.keys()].map((key) => [key, source.read(key)]))
}

function providerOf(name = 'cpu'): Provider {
  const found = Provider.safeParse(name)
  if (found.success) return found.data
  throw new ProbeError('probe.provider', `There is no provider '${name}'.`, `Choose one of ${Provider.options.join(', ')}.`)
}
