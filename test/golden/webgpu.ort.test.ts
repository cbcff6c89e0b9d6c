import { expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import type { ComponentName } from '../../src-main/engine/jobs/probe/components'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'
import { useSoftwareWebGpu } from '../support/webgpu'

/** What a graphics card may be off in float32, whose kernels sum in another order and have coarser functions. */
const TOLERANCE = 2e-3

interface Run {
  readonly component: ComponentName
  /** Folder of the cases, and of the network unless `model` names another. */
  readonly folder: string
  /** Prefix of the tensors of one case. */
  readonly at: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly model?: string
  readonly adapter?: string
  readonly options?: object
}

const network = (folder: string, at = '0.'): Run => ({
  component: 'transformer',
  folder,
  at,
  inputs: ['x', 't', 'r', 'y'],
  outputs: ['out'],
})
const text = (folder: string, at: string): Run => ({
  component: 'text',
  folder,
  at,
  inputs: ['ids', 'mask'],
  outputs: ['last_hidden_state'],
})
const encoder = (folder: string, at: string, outputs: readonly string[]): Run => ({
  component: 'encoder',
  folder,
  at,
  inputs: ['image'],
  outputs,
})
const decoder = (folder: string, at: string): Run => ({
  component: 'decoder',
  folder,
  at,
  inputs: ['latent'],
  outputs: ['image'],
})

const NETWORKS = ['tim-t2i', 'tim-t2i-plain', 'tim-c2i', 'tim-c2i-p4']
const { num_steps, cfg_scale } = fixtureCases<{ readonly num_steps: number; readonly cfg_scale: number }>('pipeline')

const adapter = (name: string): Run => ({
  ...network(`peft/${name}`, ''),
  model: 'tim-t2i',
  adapter: `peft/${name}`,
  inputs: ['x', 't', 'r', 'y', 'cotangent'],
})

/** One case of each network; the pipeline is Gemma 3, the network and DC-AE's decoder. */
const runs: readonly Run[] = [
  ...NETWORKS.map((folder) => network(folder)),
  adapter('dora'),
  text('bert', '1.'),
  encoder('dc-ae-f32c32-in', 'enc0.', ['latent']),
  decoder('sd-vae', 'dec1.'),
  {
    component: 'pipeline',
    folder: 'pipeline',
    model: '',
    at: '',
    inputs: ['ids', 'mask', 'null_ids', 'null_mask', 'z'],
    outputs: ['y', 'y_null', 'trajectory', 'image'],
    options: { num_steps, cfg_scale },
  },
]

/** A software driver compiles shaders on the processor, so the other halves and cases have their turn in the long run. */
const others: readonly Run[] = [
  ...NETWORKS.flatMap((folder) =>
    fixtureCases<{ readonly case: number }[]>(folder)
      .slice(1)
      .map((found) => network(folder, `${found.case}.`)),
  ),
  ...fixtureCases<{ readonly case: number; readonly new_condition: string }[]>('tim-t2i-conditions').map((found) => ({
    ...network('tim-t2i-conditions', `${found.case}.`),
    options: { new_condition: found.new_condition },
  })),
  ...['lora', 'rslora', 'ranks'].map(adapter),
  ...['0.', '2.'].map((at) => text('gemma3', at)),
  ...['enc0.', 'enc1.'].map((at) => encoder('dc-ae', at, ['latent'])),
  decoder('dc-ae', 'dec1.'),
  decoder('dc-ae-f32c32-in', 'dec0.'),
  encoder('sd-vae', 'enc1.', ['mean', 'logvar']),
]

const all = process.env['TIM_TEST_LONG'] ? [...runs, ...others] : runs
test.runIf(useSoftwareWebGpu()).each(all)('$component of $folder $at', async (run) => {
  const tensors = fixtureTensors(run.folder)
  const found = await probeTensors(run.component, {
    model: fixturePath(run.model ?? run.folder),
    tensors: Object.fromEntries(run.inputs.map((name) => [name, tensors.read(run.at + name)])),
    provider: 'webgpu',
    options: run.options ?? {},
    ...(run.adapter === undefined ? {} : { adapter: fixturePath(run.adapter) }),
  })
  const gradients = tensors.names.filter((name) => name.startsWith('grad.'))
  expect(Object.keys(found)).toEqual(expect.arrayContaining([...run.outputs, ...gradients]))
  for (const name of [...run.outputs, ...gradients]) {
    const want = tensors.f32(run.at + name)
    expect(found[name]?.shape, name).toEqual(want.shape)
    expect(relativeError(found[name]?.data as Float32Array, want.data), name).toBeLessThan(TOLERANCE)
  }
})
