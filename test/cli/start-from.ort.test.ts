import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { run } from '../../src-main/cli/program'
import { picture, type Picture } from '../../src-main/engine/images/picture'
import { encodePng } from '../../src-main/engine/images/png-write'
import { readPicture } from '../../src-main/engine/images/read-picture'
import { findRecipeInFile } from '../../src-main/engine/images/recipe-in-png'
import { temporaryFolder } from '../support/temporary-folder'
import { writeTinyModel } from '../support/tiny-model'

const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)

async function tim(...args: string[]): Promise<{ code: number; out: string[]; said: string }> {
  const out: string[] = []
  const said: string[] = []
  const code = await run(args, { answer: (line) => out.push(line), tell: (line) => said.push(line), screen: undefined })
  return { code, out, said: said.join('\n') }
}

async function drawn(...args: string[]): Promise<string> {
  const { code, out, said } = await tim('generate', ...args)
  expect(said).not.toContain('    at ')
  expect([code, said]).toEqual([0, expect.any(String)])
  return out[0] ?? ''
}

const painted = (width: number, height: number, paint: (x: number, y: number) => number): Picture =>
  picture(
    width,
    height,
    Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => paint(Math.floor(i / 3) % width, Math.floor(i / 3 / width)) + (i % 3),
    ),
  )

beforeAll(async () => {
  await writeTinyModel(at('model'))
  process.env['TIM_HOME'] = at('home')
  process.env['TIM_STARTER'] = at('model')
  writeFileSync(at('photo.png'), encodePng(painted(112, 80, (x, y) => 2 * x + (y % 16))))
  writeFileSync(at('mask.png'), encodePng(painted(112, 80, (x, y) => (x < 40 && y < 40 ? 250 : 3))))
  writeFileSync(at('small.png'), encodePng(painted(64, 64, () => 0)))
  writeFileSync(at('text.png'), 'no picture')
})

test('a picture is drawn upon in its own size, and its recipe draws it again byte for byte', async () => {
  const file = await drawn(
    'a fox',
    '--init',
    at('photo.png'),
    '--strength',
    '0.5',
    '--mask',
    at('mask.png'),
    '--feather',
    '4',
    '--nfe',
    '2',
    '--seed',
    '3',
  )
  const found = findRecipeInFile(file)
  expect(found).toMatchObject({
    kind: 'whole',
    recipe: {
      version: 2,
      width: 112,
      height: 80,
      start: { strength: 0.5, feather: 4, place: { x: 0, y: 0, width: 112, height: 80 } },
    },
  })
  const [made, photo] = [await readPicture(file), await readPicture(at('photo.png'))]
  const apart = made.rgb.findIndex((value, i) => value !== photo.rgb[i] && (Math.floor(i / 3) % 112 >= 45 || i / 3 / 112 >= 45))
  expect(apart).toBe(-1)
  // What it was drawn from may go: the library has kept it.
  rmSync(at('mask.png'))
  expect(readFileSync(await drawn('--from', file)).equals(readFileSync(file))).toBe(true)
  const stronger = findRecipeInFile(await drawn('--from', file, '--strength', '0.9'))
  expect(stronger).toMatchObject({ recipe: { start: { strength: 0.9, feather: 4 } } })
})

test('a picture is extended: the frame is as large as the model can draw', async () => {
  const file = await drawn('a fox', '--init', at('photo.png'), '--extend', '0,0,32,16', '--nfe', '1')
  expect(findRecipeInFile(file)).toMatchObject({
    recipe: { width: 144, height: 96, start: { strength: 1, place: { x: 0, y: 0, width: 112, height: 80 } } },
  })
})

test('a picture of any size is fitted to what the model draws', async () => {
  writeFileSync(at('odd.png'), encodePng(painted(301, 200, (x) => x % 200)))
  const file = await drawn('a fox', '--init', at('odd.png'), '--nfe', '1')
  expect(findRecipeInFile(file)).toMatchObject({ recipe: { width: 256, height: 176, start: { strength: 0.6 } } })
})

test('what cannot be used is named, with what to do, and nothing is drawn', async () => {
  const before = readdirSync(at('home', 'pictures'), { recursive: true }).length
  const refused: readonly (readonly [RegExp, readonly string[]])[] = [
    [/missing\.png.*not/s, ['--init', at('missing.png')]],
    [/text\.png cannot be read as a picture/, ['--init', at('text.png')]],
    [
      /64 × 64 pixels and the picture that it is for 112 × 80.*Give a mask/s,
      ['--init', at('photo.png'), '--mask', at('small.png')],
    ],
    [/mask is empty.*Paint/s, ['--init', at('small.png'), '--mask', at('small.png')]],
    [/--mask and --extend need a picture.*--init/s, ['--mask', at('small.png')]],
    [/--strength and --feather need a picture.*--init/s, ['--strength', '0.4']],
    [/'0' is invalid/, ['--init', at('photo.png'), '--strength', '0']],
  ]
  for (const [message, args] of refused) {
    const { code, said } = await tim('generate', 'a fox', '--nfe', '1', ...args)
    expect(said).toMatch(message)
    expect(said).not.toMatch(/something went wrong inside|\n {4}at /)
    expect(code).not.toBe(0)
  }
  expect(readdirSync(at('home', 'pictures'), { recursive: true })).toHaveLength(before)
})

test('a recipe whose picture is gone says so', async () => {
  const file = await drawn('a fox', '--init', at('small.png'), '--nfe', '1', '--out', at('out'))
  expect(file).toContain('a-fox')
  rmSync(at('home', 'starts'), { recursive: true })
  const { code, said } = await tim('generate', '--from', file)
  expect(code).not.toBe(0)
  expect(said).toMatch(/starts from is no longer in the library.*Choose it again/s)
})
