import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelPart } from '#shared/engine/models'
import { fixturePath } from '../../../../../test/support/fixtures'
import { fixtureWeights, writeShardedGemma, writeTorchCheckpoint } from '../../../../../test/support/published-files'
import { temporaryFolder } from '../../../../../test/support/temporary-folder'
import { f32, type Tensor } from '../../../ir/tensor'
import { dcAeParameters } from '../../../models/dc-ae/parameters'
import { gemma3Parameters } from '../../../models/gemma3/parameters'
import { sdVaeParameters } from '../../../models/sd-vae/parameters'
import { isTextConditional } from '../../../models/tim/config'
import { timParameters } from '../../../models/tim/parameters'
import { weightSource, type TensorRef } from '../../../weights/tensor-ref'
import { writeSafetensors } from '../../../weights/write-safetensors'
import { dcAe, gemma3, RELEASED, sdVae } from '../released'
import { dcAeDesign } from './dc-ae'
import { gemma3Design } from './gemma3'
import { recognise } from './recognise'
import { sdVaeDesign } from './sd-vae'
import { timDesign } from './tim'

const folder = temporaryFolder()

/** The weights of a fixture, alone in a folder without config.json. */
async function bare(name: string, weights: Record<string, Tensor>): Promise<string> {
  const path = join(folder, name, 'weights.safetensors')
  await writeSafetensors(path, weights)
  return path
}

/** Tensors of given shapes that hold nothing: what is told from keys and shapes needs no more. */
function shapesOnly(parameters: ReadonlyMap<string, readonly number[]>): Map<string, TensorRef> {
  return new Map(
    [...parameters].map(([key, shape]) => [key, { key, dtype: 'f32', shape, file: 'x.safetensors', offset: 0, length: 0 }]),
  )
}

const given = { path: 'x', folder: 'x', source: weightSource('x', []), config: undefined }

describe('every released size is told from keys and shapes alone', () => {
  it.each(Object.entries(RELEASED))('%s', (_name, { tim }) => {
    const tensors = shapesOnly(timParameters(tim, { projector: true }))
    expect(timDesign.read(tensors, given).is).toEqual({ design: 'tim', tim })
    const parameters = [...timParameters(tim, { projector: false }).values()]
    const millions = parameters.reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0) / 1e6
    const published = isTextConditional(tim) ? 865 : tim.depth === 28 ? 664 : 129
    expect(Math.round(millions)).toBe(published)
  })

  it('autoencoders and the text encoder', () => {
    expect(dcAeDesign.read(shapesOnly(dcAeParameters(dcAe)), given).config).toMatchObject({
      ...dcAe,
      decoder_norm_types: Array(6).fill('rms_norm'),
      decoder_act_fns: Array(6).fill('silu'),
      encoder_block_types: dcAe.encoder_block_types,
    })
    expect(sdVaeDesign.read(shapesOnly(sdVaeParameters(sdVae)), given).config).toMatchObject(sdVae)
    expect(gemma3Design.read(shapesOnly(gemma3Parameters(gemma3)), given).is).toEqual({ design: 'gemma3', gemma3 })
  })
})

describe('the fixtures’ networks without their config.json', () => {
  it.each(['tim-t2i', 'tim-t2i-plain', 'tim-c2i', 'tim-c2i-p4'])('%s', async (fixture) => {
    const { is, parameters, tensors } = recognise(await bare(fixture, fixtureWeights(fixture)), 'transformer')
    const told = recognise(fixturePath(fixture, 'model.safetensors'), 'transformer')
    expect([...tensors.keys()].sort()).toEqual([...parameters.keys()].sort())
    expect(parameters).toEqual(told.parameters)
    if (is.design !== 'tim' || told.is.design !== 'tim') throw new TypeError('both are TiM networks')
    // What no shape tells: the size it was trained at, and heads without norms of their own.
    expect({ ...is.tim, input_size: 0, num_heads: 0 }).toEqual({ ...told.is.tim, input_size: 0, num_heads: 0 })
  })

  it.each(['dc-ae', 'dc-ae-f32c32-in'])('%s', async (fixture) => {
    const path = await bare(fixture, fixtureWeights(fixture))
    // Narrower heads than the published ones show in no shape of the second family.
    const heads = { _class_name: 'AutoencoderDC', attention_head_dim: 8 }
    if (fixture !== 'dc-ae') writeFileSync(join(folder, fixture, 'config.json'), JSON.stringify(heads))
    const found = recognise(path, 'autoencoder')
    const told = recognise(fixturePath(fixture), 'autoencoder')
    expect(found.parameters).toEqual(told.parameters)
    expect(found.notes).toEqual(fixture === 'dc-ae' ? [] : [expect.stringContaining('another family')])
  })
})

describe('wrappings of the same weights', () => {
  const weights = fixtureWeights('tim-c2i')

  it.each([
    ['as torch.save of a state_dict', []],
    ['below model', ['model']],
    ['below state_dict of a module', ['state_dict', 'module']],
  ])('%s', (_what, nest) => {
    const path = join(folder, `${nest.join('-')}.pt`)
    writeTorchCheckpoint(path, 'tim-c2i', ...nest)
    const { tensors } = recognise(path, 'transformer')
    expect([...tensors.keys()].sort()).toEqual(Object.keys(weights).sort())
  })

  it('takes averaged weights where a file has both, and says so', async () => {
    const both = Object.entries(weights).flatMap(([key, value]) => [
      [`model.${key}`, value],
      [`ema.${key}`, value],
    ])
    const { tensors, notes } = recognise(await bare('both', Object.fromEntries(both) as Record<string, Tensor>), 'transformer')
    expect(notes).toEqual([expect.stringContaining("under 'ema'")])
    expect(tensors.get('t_embedder.mlp.0.weight')?.key).toBe('ema.t_embedder.mlp.0.weight')
  })

  it('takes the decoder out of a multimodal Gemma, in either spelling', async () => {
    const text = Object.keys(fixtureWeights('gemma3')).sort()
    for (const prefix of ['language_model.model.', 'model.language_model.', '']) {
      const path = join(folder, `gemma-${prefix}`)
      await writeShardedGemma(path, (key) => key.replace('model.', prefix))
      expect([...recognise(path, 'text').tensors.keys()].sort()).toEqual(text)
    }
  })
})

describe('what does not fit is named', () => {
  const refused = async (name: string, weights: Record<string, Tensor>, part: ModelPart): Promise<string> => {
    const path = await bare(name, weights)
    try {
      recognise(path, part)
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
    throw new Error(`${name} was taken`)
  }

  it('missing, unexpected and misshapen tensors, a readable number of them', async () => {
    const { 'blocks.0.attn.proj.bias': _, ...rest } = fixtureWeights('tim-t2i')
    expect(await refused('missing', rest, 'transformer')).toMatch(/lacks blocks\.0\.attn\.proj\.bias\.$/)
    const other = { ...fixtureWeights('tim-t2i'), 'blocks.1.mlp.fc2.bias': f32([3], [1, 2, 3]), 'extra.weight': f32([1], [1]) }
    const message = await refused('other', other, 'transformer')
    expect(message).toMatch(/has unknown extra\.weight; has blocks\.1\.mlp\.fc2\.bias \(3\) instead of \(64\)/)
    const half = Object.fromEntries(
      Object.entries(fixtureWeights('gemma3')).filter(([key]) => !key.includes('mlp') || key.includes('.0.')),
    )
    expect(await refused('half', half, 'text')).toMatch(/lacks (\S+, ){5}\S+ and 12 more/)
  })

  it('strangers by what they are', async () => {
    const one = f32([2, 2], [1, 2, 3, 4])
    expect(await refused('qwen', { 'model.layers.0.self_attn.q_proj.weight': one }, 'text')).toMatch(
      /another family than Gemma 3/,
    )
    expect(await refused('flux', { 'double_blocks.0.img_attn.qkv.weight': one }, 'transformer')).toMatch(
      /diffusion network of another kind/,
    )
    expect(await refused('something', { a: one, b: one }, 'transformer')).toMatch(/its 2 tensors begin with a, b/)
  })

  it('a config.json that is not of these weights', async () => {
    const path = await bare('mixed', fixtureWeights('tim-c2i'))
    writeFileSync(join(folder, 'mixed', 'config.json'), JSON.stringify({ ...RELEASED['t2i-xl'].tim }))
    expect(() => recognise(path, 'transformer')).toThrow(/take classes, but config\.json says text/)
  })
})
