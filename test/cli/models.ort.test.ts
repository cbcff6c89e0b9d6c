import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { componentFolder, openModelFolder } from '../../src-main/engine/weights/manifest'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { run } from '../../src-main/cli/program'
import { fixtureCases, fixturePath, fixtureTensors } from '../support/fixtures'
import { writeModelFolder } from '../support/model-folder'
import { fixtureWeights, writeDiffusersFolder, writeShardedGemma, writeTorchCheckpoint } from '../support/published-files'
import { temporaryFolder } from '../support/temporary-folder'

/** From published files to pictures: the fixtures' networks in the published formats, imported, listed, drawn with, removed. */
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const models = (...parts: string[]): string => at('home', 'models', ...parts)

interface Answer {
  readonly code: number
  readonly out: string[]
  readonly said: string
}

/** Runs one command line as the process would. */
async function tim(...args: string[]): Promise<Answer> {
  const out: string[] = []
  const said: string[] = []
  const code = await run(args, { answer: (line) => out.push(line), tell: (line) => said.push(line), screen: undefined })
  return { code, out, said: said.join('\n') }
}

const t2i = ['--transformer', at('t2i_model.bin'), '--vae', at('dc-ae'), '--text', at('gemma')]
const c2i = ['--transformer', at('c2i_model_256.safetensors'), '--vae', at('sd-vae')]

beforeAll(async () => {
  process.env['TIM_HOME'] = at('home')
  process.env['TIM_STARTER'] = at('starter')
  await writeModelFolder(at('starter'), 'tiny')
  writeTorchCheckpoint(at('t2i_model.bin'), 'tim-t2i')
  writeFileSync(at('c2i_model_256.safetensors'), readFileSync(fixturePath('tim-c2i', 'model.safetensors')))
  writeDiffusersFolder(at('dc-ae'), 'dc-ae')
  writeDiffusersFolder(at('sd-vae'), 'sd-vae')
  await writeShardedGemma(at('gemma'))
})

test('published text-to-image files become a model that draws', async () => {
  const imported = await tim('models', 'import', ...t2i, '--name', 'words', '--licence', 'Apache-2.0')
  expect(imported).toMatchObject({ code: 0, out: [models('words')] })
  const drawn = await tim('generate', 'a red fox', '--model', 'words', '--nfe', '2', '--size', '128x128', '--seed', '3')
  expect(drawn.said).not.toContain('error')
  expect(drawn.code).toBe(0)
  expect([...readFileSync(drawn.out[0] ?? '').subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG')
  // The weights are the published ones, number by number.
  const weights = openFolder(componentFolder(openModelFolder(models('words')), 'transformer'))
  for (const [key, tensor] of Object.entries(fixtureWeights('tim-t2i'))) expect(weights.read(key), key).toEqual(tensor)
})

test('its networks compute the reference pipeline: from token ids to the picture', async () => {
  const { num_steps, cfg_scale } = fixtureCases<{ num_steps: number; cfg_scale: number }>('pipeline')
  const model = openModelFolder(models('words'))
  mkdirSync(at('pipeline'))
  const parts = { gemma3: 'text', 'tim-t2i': 'transformer', 'dc-ae': 'decoder' } as const
  for (const [name, role] of Object.entries(parts)) symlinkSync(componentFolder(model, role), at('pipeline', name))
  const tensors = fixtureTensors('pipeline')
  const inputs = Object.fromEntries(['ids', 'mask', 'null_ids', 'null_mask', 'z'].map((name) => [name, tensors.read(name)]))
  const found = await probeTensors('pipeline', { model: at('pipeline'), tensors: inputs, options: { num_steps, cfg_scale } })
  const picture = [...((found['image_u8']?.data ?? []) as Uint8Array)]
  const want = tensors.read('image_u8').data as Uint8Array
  expect(picture).toHaveLength(want.length)
  const off = picture.map((value, i) => Math.abs(value - (want[i] ?? 0)))
  expect(Math.max(...off)).toBeLessThanOrEqual(1)
  expect(off.filter((step) => step > 0).length).toBeLessThanOrEqual(want.length / 1000)
})

test('published class files become a model that draws', async () => {
  const imported = await tim('models', 'import', ...c2i)
  expect(imported).toMatchObject({ code: 0, out: [models('c2i_model_256')] })
  const drawn = await tim('generate', '--class', '3', '--model', 'c2i_model_256', '--nfe', '1', '--size', '64x64', '--seed', '3')
  expect(drawn.said).not.toContain('error')
  expect(existsSync(drawn.out[0] ?? '')).toBe(true)
})

test('models stand beside the embedded one, with size, precision, licence and state', async () => {
  const { out, code } = await tim('models', 'list')
  expect(code).toBe(0)
  expect(out[0]).toMatch(/^NAME +KIND +SIZE +PRECISION +ERROR +LICENCE +STATE$/)
  expect(out.slice(1).map((line) => line.split(/ {2,}/))).toEqual([
    ['tiny', 'text', expect.any(String), 'f32', '-', 'none', 'ready'],
    ['c2i_model_256', 'class', expect.stringMatching(/MB$/), 'f32', '-', 'unknown', 'ready'],
    ['words', 'text', expect.stringMatching(/MB$/), 'f32', '-', 'Apache-2.0', 'ready'],
  ])
})

test('parts of the same content are there once, and stay while a model uses them', async () => {
  const before = readdirSync(models('components')).length
  await tim('models', 'import', ...t2i, '--name', 'twin')
  expect(readdirSync(models('components'))).toHaveLength(before)
  const first = await tim('models', 'remove', 'twin', '--yes')
  expect(first.out[0]).toMatch(/twin is removed: .*; its .*transformer.* stay/)
  expect(readdirSync(models('components'))).toHaveLength(before)
  expect((await tim('models', 'verify', 'words')).out[0]).toMatch(/^words: 9 files, .* all as installed$/)
})

test('a converted transformer draws, and its error is measured and shown', async () => {
  const imported = await tim('models', 'import', ...t2i, '--name', 'eight', '--precision', 'q8')
  expect(imported.said).toMatch(/q8: one pass of the network differs by [\d.]+ %/)
  const { precision, precisionError = 0 } = openModelFolder(models('eight')).manifest.components.transformer ?? {}
  expect(precision).toBe('q8')
  expect(precisionError).toBeGreaterThan(1e-5)
  expect(precisionError).toBeLessThan(0.1)
  const { out } = await tim('models', 'list')
  expect(out.find((line) => line.startsWith('eight'))).toMatch(/q8 +[\d.]+ %/)
  expect((await tim('generate', 'x', '--model', 'eight', '--nfe', '1', '--size', '128x128')).code).toBe(0)
  await tim('models', 'remove', 'eight', '--yes')
})

test('links leave the files where they are; a file that is gone makes a broken model', async () => {
  const copy = at('elsewhere.safetensors')
  writeFileSync(copy, readFileSync(fixturePath('tim-c2i', 'model.safetensors')))
  await tim('models', 'import', '--link', '--name', 'linked', '--transformer', copy, '--vae', at('sd-vae'))
  expect((await tim('models', 'verify', 'linked')).code).toBe(0)
  rmSync(copy)
  const { out } = await tim('models', 'list')
  expect(out.find((line) => line.startsWith('linked'))).toMatch(/broken: .*does not exist/)
  expect((await tim('models', 'remove', 'linked', '--yes')).code).toBe(0)
  expect(existsSync(at('sd-vae', 'diffusion_pytorch_model.safetensors'))).toBe(true)
})

describe('what is refused, with the reason and what to do', () => {
  const refusals: [string, string[], RegExp][] = [
    [
      'an autoencoder of other latents',
      ['--transformer', at('t2i_model.bin'), '--vae', at('sd-vae'), '--text', at('gemma')],
      /latents of 8 channels, but the autoencoder .*sd-vae has 4/,
    ],
    ['a class model given as text', [...c2i, '--kind', 'text'], /draws by class \(C2I, 10 classes\), not from text/],
    ['a class model with a text encoder', [...c2i, '--text', at('gemma')], /reads no text, but a text encoder was given/],
    ['a text model given as classes', [...t2i, '--kind', 'class'], /draws from text \(T2I\), not by class/],
    ['a text model without its encoder', t2i.slice(0, 4), /no text encoder was given/],
    [
      'an autoencoder as transformer',
      ['--transformer', at('sd-vae'), '--vae', at('sd-vae')],
      /is an SD-VAE autoencoder, not a transformer/,
    ],
    [
      'a transformer as autoencoder',
      ['--transformer', at('t2i_model.bin'), '--vae', at('t2i_model.bin')],
      /is a TiM transformer, not an autoencoder/,
    ],
    ['another text encoder', [...t2i.slice(0, 5), fixturePath('bert')], /is a BERT text encoder/],
    [
      'an adapter',
      ['--transformer', fixturePath('peft', 'lora', 'adapter_model.safetensors'), '--vae', at('sd-vae')],
      /is an adapter, not a whole network/,
    ],
    ['a file that is not there', ['--transformer', at('nowhere.bin'), '--vae', at('sd-vae')], /nowhere\.bin does not exist/],
    ['a name that is taken', [...c2i, '--name', 'words'], /A model 'words' is already there/],
  ]
  test.each(refusals)('%s', async (_what, args, message) => {
    const { code, out, said } = await tim('models', 'import', '--name', 'refused', ...args)
    expect(said).toMatch(message)
    expect(said.trim().split('\n').length).toBeGreaterThan(1)
    expect(said).not.toMatch(/\n {4}at /)
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(existsSync(models('refused'))).toBe(false)
  })

  test('names, models and answers that are none', async () => {
    expect(await tim('models', 'import', ...c2i, '--name', '../x')).toMatchObject({ code: 2 })
    expect(await tim('models', 'import', ...c2i, '--name', 'components')).toMatchObject({ code: 2 })
    expect((await tim('models', 'verify', 'nobody')).said).toMatch(/no model 'nobody'.*\nInstalled: tiny, /)
    expect((await tim('models', 'remove', 'tiny', '--yes')).said).toMatch(/comes with the studio/)
    expect((await tim('models', 'remove', 'words')).said).toMatch(/nobody to ask.*\nAdd --yes/)
    expect((await tim('models', 'random', '--config', 'huge')).said).toMatch(/t2i-xl, c2i-xl-256/)
  })

  test('a file that changed after the import is named by verify', async () => {
    const vae = componentFolder(openModelFolder(models('c2i_model_256')), 'decoder')
    const file = join(vae, 'model.safetensors')
    const whole = readFileSync(file)
    rmSync(file)
    const changed = Buffer.from(whole)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    writeFileSync(file, changed)
    const { code, said } = await tim('models', 'verify', 'c2i_model_256')
    expect(said).toMatch(/model\.safetensors is not the encoder of this model: its content was changed/)
    expect(code).toBe(1)
  })
})

/** Half a gigabyte of numbers: in the long run alone. */
test.runIf(process.env['TIM_TEST_LONG'] === '1')(
  'a random model of a released size is made, verified, drawn with and removed',
  async () => {
    const made = await tim('models', 'random', '--config', 'c2i-b', '--seed', '4')
    expect(made).toMatchObject({ code: 0, out: [models('random-c2i-b')] })
    expect((await tim('models', 'verify', 'random-c2i-b')).code).toBe(0)
    const drawn = await tim('generate', '--class', 'goldfish', '--model', 'random-c2i-b', '--nfe', '1', '--size', '64x64')
    expect(drawn.code).toBe(0)
    expect((await tim('models', 'remove', 'random-c2i-b', '--yes')).code).toBe(0)
  },
  600_000,
)
