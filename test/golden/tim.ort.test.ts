import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { plainNet } from '../../src-main/engine/nn/net'
import { buildTim } from '../../src-main/engine/models/tim/build'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timeInputs } from '../../src-main/engine/models/tim/embed'
import { unpatchify } from '../../src-main/engine/models/tim/host'
import { timFeeds, type TimCondition } from '../../src-main/engine/models/tim/network-graph'
import { TimNetwork } from '../../src-main/engine/models/tim/network'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { openSafetensors } from '../../src-main/engine/weights/safetensors'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

const FOLDERS = ['tim-t2i', 'tim-t2i-plain', 'tim-t2i-conditions', 'tim-c2i', 'tim-c2i-p4']
const TOLERANCE = 2e-6

interface Case {
  readonly case: number
  readonly new_condition?: string
}

function readConfig(folder: string, change: object): TimConfig {
  return TimConfig.parse({ ...(JSON.parse(readFileSync(fixturePath(folder, 'config.json'), 'utf8')) as object), ...change })
}

function readWeights(folder: string): Record<string, Tensor> {
  const source = openSafetensors(fixturePath(folder, 'model.safetensors'))
  return Object.fromEntries([...source.tensors.keys()].map((key) => [key, source.read(key)]))
}

function conditionOf(y: Tensor): TimCondition {
  return y.dtype === 'i64' ? { classes: [...(y.data as BigInt64Array)].map(Number) } : { y: y as Tensor<'f32'> }
}

describe.each(FOLDERS)('%s', (folder) => {
  const tensors = fixtureTensors(folder)
  const weights = readWeights(folder)

  it.each(fixtureCases<Case[]>(folder))('case $case: every part and the output', async ({ case: index, ...rest }) => {
    const config = readConfig(folder, rest.new_condition ? { new_condition: rest.new_condition } : {})
    const x = tensors.f32(`${index}.x`)
    const [t, r] = [tensors.f32(`${index}.t`), tensors.f32(`${index}.r`)].map(({ data }) => Float64Array.from(data))
    const condition = conditionOf(tensors.read(`${index}.y`))
    const net = plainNet(createBuilder())
    const { out, middle } = buildTim(net, config, timeInputs(net, 'b'))
    const session = await openSession(net.b.graph({ out, ...middle }), { weights })
    const results = await session.run(timFeeds(config, x, t!, r!, condition))
    for (const name of tensors.names.filter((n) => n.startsWith(`${index}.mid.`))) {
      const module = name.slice(`${index}.mid.`.length)
      // Where one embedder serves t and Δt, the reference recorded its last call, which is Δt.
      const got = results[module === 't_embedder' && !config.use_new_embed ? 'delta_embedder' : module]
      expect(relativeError(got!.data as Float32Array, tensors.f32(name).data), name).toBeLessThan(TOLERANCE)
    }
    const latents = unpatchify(results['out'] as Tensor<'f32'>, x.shape, config.patch_size)
    expect(relativeError(latents.data, tensors.f32(`${index}.out`).data)).toBeLessThan(TOLERANCE)
    await session.release()
  })

  it('the same in three sessions, as the sampler runs it', async () => {
    const config = readConfig(folder, {})
    const network = new TimNetwork(config, { weights })
    const [t, r] = [tensors.f32('0.t'), tensors.f32('0.r')].map(({ data }) => Float64Array.from(data))
    const [out] = await network.predict(tensors.f32('0.x'), t!, r!, [conditionOf(tensors.read('0.y'))])
    expect(relativeError(out!.data, tensors.f32('0.out').data)).toBeLessThan(TOLERANCE)
    await network.release()
  })
})
