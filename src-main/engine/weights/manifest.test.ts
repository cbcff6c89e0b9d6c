import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ModelComponent, ModelManifest } from '#shared/schema/model-manifest'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { HashCache, sha256Of } from '../files/file-identity'
import { EngineError } from '../ir/errors'
import { f32 } from '../ir/tensor'
import { openComponent } from './component'
import { componentFolder, modelHash, openModelFolder, verifyModel, writeManifest, isShared, modelBytes } from './manifest'
import { writeSafetensors } from './write-safetensors'

const folder = temporaryFolder()
const model = join(folder, 'model')

async function part(name: string, value: number): Promise<ModelComponent> {
  const file = join(model, name, 'model.safetensors')
  await writeSafetensors(file, { w: f32([1], [value]) })
  writeFileSync(join(model, name, 'config.json'), '{"hidden_size": 4}')
  return { folder: name, sha256: await sha256Of(file), bytes: statSync(file).size, licence: 'CC0', source: 'made here' }
}

const parts = { text: await part('text', 1), transformer: await part('transformer', 2), decoder: await part('decoder', 3) }

const manifest: ModelManifest = {
  format: 'tim-model/1',
  name: 'small',
  title: 'Small',
  kind: 'text',
  version: '1',
  transport: { name: 'OT_FM' },
  latent: { channels: 4, factor: 8, mean: 0, std: [1, 2, 3, 4] },
  nativeSide: 64,
  minSide: 64,
  maxSide: 64,
  maxTokens: 64,
  text: { minTokens: 16, maxTokens: 64 },
  defaults: { steps: 8, width: 64, height: 64, cfg: { scale: 2.5, low: 0, high: 1 }, stochasticity: 0 },
  components: parts,
  limits: [],
  licence: 'CC0',
}

describe('a model folder', () => {
  it('comes back as it was written', async () => {
    await writeManifest(model, manifest)
    const opened = openModelFolder(model)
    expect(opened.manifest).toEqual(manifest)
    expect(componentFolder(opened, 'transformer')).toBe(join(model, 'transformer'))
    expect(() => componentFolder(opened, 'encoder')).toThrow('has no encoder')
    await verifyModel(opened, new HashCache(join(folder, 'cache.json')))
  })

  it('is known by what decides its pictures', () => {
    expect(modelHash({ ...manifest, title: 'Other', limits: ['x'] })).toBe(modelHash(manifest))
    expect(modelHash({ ...manifest, latent: { std: [1, 2, 3, 4], mean: 0, factor: 8, channels: 4 } })).toBe(modelHash(manifest))
    expect(modelHash({ ...manifest, latent: { ...manifest.latent, mean: 1 } })).not.toBe(modelHash(manifest))
    expect(modelHash({ ...manifest, components: { ...parts, decoder: parts.text } })).not.toBe(modelHash(manifest))
  })

  it('may use components that lie beside it for several models', async () => {
    const shared = `../components/${'0'.repeat(32)}`
    await writeManifest(model, { ...manifest, components: { ...parts, text: { ...parts.text, folder: shared } } })
    const opened = openModelFolder(model)
    expect(componentFolder(opened, 'text')).toBe(join(folder, 'components', '0'.repeat(32)))
    expect([isShared(shared), isShared('text')]).toEqual([true, false])
    // Each component counts once, whatever it does: here the decoder encodes as well.
    expect(modelBytes({ ...manifest, components: { ...parts, encoder: parts.decoder } })).toBe(modelBytes(manifest))
    await writeManifest(model, manifest)
  })

  it('is refused with the part that changed', async () => {
    const opened = openModelFolder(model)
    const file = join(model, 'decoder', 'model.safetensors')
    const whole = readFileSync(file)
    writeFileSync(file, Buffer.concat([whole, Buffer.of(0)]))
    await expect(verifyModel(opened)).rejects.toThrow(/decoder/)
    const changed = Buffer.from(whole)
    changed[changed.length - 1] = 0x41
    writeFileSync(file, changed)
    await verifyModel(opened)
    await expect(verifyModel(opened, new HashCache(join(folder, 'cache2.json')))).rejects.toMatchObject({ code: 'weights.hash' })
    writeFileSync(file, whole)
  })

  it.each([
    ['a path out of it', { components: { ...parts, text: { ...parts.text, folder: '../x' } } }],
    ['a path out of the shared components', { components: { ...parts, text: { ...parts.text, folder: '../components/../x' } } }],
    [
      'a shared component without its content’s name',
      { components: { ...parts, text: { ...parts.text, folder: '../components/x' } } },
    ],
    ['an absolute path', { components: { ...parts, text: { ...parts.text, folder: '/etc' } } }],
    ['no decoder', { components: { text: parts.text, transformer: parts.transformer } }],
    ['no text encoder', { components: { transformer: parts.transformer, decoder: parts.decoder } }],
    ['a transport unknown', { transport: { name: 'WARP' } }],
    ['a later format', { format: 'tim-model/2' }],
    ['a hash of another kind', { components: { ...parts, text: { ...parts.text, sha256: 'x' } } }],
  ])('is refused by name: %s', (_what, change) => {
    const other = join(folder, 'other')
    writeFileSync(join(model, 'model.json'), JSON.stringify({ ...manifest, ...change }))
    expect(() => openModelFolder(model)).toThrow(expect.objectContaining({ code: 'weights.config' }))
    writeFileSync(join(model, 'model.json'), JSON.stringify(manifest))
    expect(() => openModelFolder(other)).toThrow('does not exist')
  })

  it('is read or refused by name when its manifest is damaged', () => {
    const whole = Buffer.from(JSON.stringify(manifest))
    const random = seededRandom(9)
    for (let i = 0; i < rounds(200, 5000); i++) {
      writeFileSync(join(model, 'model.json'), mutate(whole, random))
      try {
        openModelFolder(model)
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError)
      }
    }
  })
})

describe('a component folder', () => {
  const Config = z.object({ hidden_size: z.number().int() })

  it('gives configuration and weights', () => {
    const { config, weights } = openComponent(join(model, 'text'), Config)
    expect(config).toEqual({ hidden_size: 4 })
    expect(weights.read('w')).toEqual(f32([1], [1]))
  })

  it('names the field that is wrong', () => {
    expect(() => openComponent(join(model, 'text'), z.object({ depth: z.number() }))).toThrow(
      /config\.json does not describe.*depth/,
    )
  })
})
