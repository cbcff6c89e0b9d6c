import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { readPicture } from '../../src-main/engine/images/read-picture'
import { readRecipe } from '../../src-main/engine/jobs/read-recipe'
import { adapterFor } from '../support/adapter-for'
import { writeTinyModel } from '../support/tiny-model'
import { temporaryFolder } from '../support/temporary-folder'
import { run } from '../../src-main/cli/program'

const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const base = at('models', 'tiny')

beforeAll(async () => {
  await writeTinyModel(base)
  await adapterFor(base, at('ink.safetensors'), { naming: 'kohya', seed: 1 })
  await adapterFor(base, at('fox'), { naming: 'peft', seed: 2, method: 'dora' })
})
beforeEach(() => {
  process.env['TIM_HOME'] = at('home')
  process.env['TIM_STARTER'] = base
})

/** Runs one command line as the process would. */
async function tim(...args: string[]): Promise<{ code: number; out: string[]; said: string }> {
  const out: string[] = []
  const said: string[] = []
  const code = await run(args, { answer: (line) => out.push(line), tell: (line) => said.push(line), screen: undefined })
  return { code, out, said: said.join('\n') }
}

/** The picture of a recipe, as bytes of its file. */
async function drawn(...more: string[]): Promise<{ file: string; pixels: Buffer }> {
  const { code, out, said } = await tim('generate', ...more)
  expect(code, said).toBe(0)
  const [file = ''] = out
  return { file, pixels: readFileSync(file) }
}

test('adapters come, draw, are drawn again, and go', async () => {
  for (const [path, name] of [
    ['ink.safetensors', 'ink'],
    ['fox', 'fox'],
  ] as const)
    expect((await tim('adapters', 'import', at(path), '--name', name)).code).toBe(0)
  expect((await tim('adapters', 'list')).out).toEqual([
    expect.stringContaining('fox: DoRA of rank 4 on 16 layers'),
    expect.stringContaining('ink: LoRA of rank 4 on 16 layers'),
  ])
  expect((await tim('adapters', 'verify')).out).toHaveLength(2)
  const about = JSON.parse((await tim('adapters', 'inspect', 'ink')).out.join('\n')) as { readonly layers: readonly object[] }
  expect(about.layers).toHaveLength(16)

  const wish = ['a fox', '--nfe', '2', '--size', '64x64', '--seed', '5']
  const [bare, inked] = [await drawn(...wish), await drawn(...wish, '--adapter', 'ink:0.8', '--adapter', 'fox:-0.5')]
  expect(inked.pixels.equals(bare.pixels)).toBe(false)
  const read = readRecipe(inked.file)
  expect(read.kind === 'whole' && read.recipe.adapters.map(({ name, strength }) => [name, strength])).toEqual([
    ['ink', 0.8],
    ['fox', -0.5],
  ])
  expect((await drawn('--from', inked.file)).pixels.equals(inked.pixels)).toBe(true)

  expect((await tim('adapters', 'remove', 'fox')).code).toBe(0)
  const again = await tim('generate', '--from', inked.file)
  expect(again.code).not.toBe(0)
  expect(again.said).toContain('“fox” is not installed')
})

test('a model with an adapter inside draws what the adapter draws', async () => {
  await tim('adapters', 'import', at('ink.safetensors'), '--name', 'pen')
  const made = await tim('adapters', 'merge', '--adapter', 'pen:0.5', '--name', 'tiny-pen')
  expect(made.code, made.said).toBe(0)
  const wish = ['a fox', '--nfe', '1', '--size', '64x64', '--seed', '5']
  const inside = await drawn(...wish, '--model', 'tiny-pen')
  const beside = await drawn(...wish, '--adapter', 'pen:0.5')
  const [a, b] = [(await readPicture(inside.file)).rgb, (await readPicture(beside.file)).rgb]
  // Rounding may move a pixel by one step of 256.
  expect(a.length).toBe(b.length)
  expect(a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 1)).toBe(true)
})

test('conversions keep what an adapter does; names and places that are taken are refused', async () => {
  for (const to of ['kohya', 'diffusers', 'peft'] as const) {
    const out = at(to === 'peft' ? 'converted' : `converted-${to}.safetensors`)
    const { code, said } = await tim('adapters', 'convert', at('ink.safetensors'), '--to', to, '--out', out)
    expect(code, said).toBe(0)
    expect(existsSync(out)).toBe(true)
    expect((await tim('adapters', 'convert', at('ink.safetensors'), '--to', to, '--out', out)).code).toBe(2)
  }
  await tim('adapters', 'import', at('converted-diffusers.safetensors'), '--name', 'twice')
  expect((await tim('adapters', 'import', at('converted'), '--name', 'twice')).said).toContain(
    "'twice' is already in the library",
  )
})

test.each([
  [['adapters', 'import', 'nowhere'], 'nowhere'],
  [['generate', 'a fox', '--adapter', 'nobody'], "no adapter 'nobody'"],
  [['generate', 'a fox', '--adapter', 'ink:strong'], 'NAME:STRENGTH'],
  [['generate', 'a fox', '--adapter', 'ink:11'], 'from −10 to 10'],
])('%j is refused', async (args, why) => {
  const { code, said } = await tim(...args)
  expect(code).not.toBe(0)
  expect(said).toContain(why)
})

test('an adapter of another model is refused by both names', async () => {
  await adapterFor(base, at('other'), { naming: 'peft', seed: 3, base: { name: 'someone', sha256: 'b'.repeat(64) } })
  const { code, said } = await tim('adapters', 'import', at('other'))
  expect(code).not.toBe(0)
  expect(said).toContain("was trained on 'someone'")
  expect(said).toContain("not on 'tiny'")
})
