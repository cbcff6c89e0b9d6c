import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Recipe } from '#shared/schema/recipe'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { readInfotext, writeInfotext } from './infotext'
import { picture } from './picture'
import { PictureError } from './picture-error'
import { encodePng } from './png-write'
import { encodeWithRecipe, findRecipe, findRecipeInFile, savePicture } from './recipe-in-png'

const folder = temporaryFolder()

const recipe: Recipe = Recipe.parse({
  version: 1,
  model: { name: 'starter', sha256: 'ab'.repeat(32) },
  prompt: 'a red fox, flat style: "quoted"\nsecond line 🦊',
  negativePrompt: 'blurry, café',
  steps: 8,
  width: 128,
  height: 192,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 9_007_199_254_740_991,
  imageIndex: 3,
  noise: 'philox4x32-10/1',
  stochasticity: 0.2,
  sampleType: 'transition',
  tMax: 1,
  adapters: [{ name: 'ink, soft', sha256: '0'.repeat(64), strength: 0.75 }],
  precision: 'f32',
  provider: 'cpu',
} satisfies Recipe)

const small = picture(4, 4, new Uint8Array(48).fill(77))

describe('the recipe inside a PNG', () => {
  it('comes back whole, and makes the same file again', async () => {
    const path = join(folder, 'fox.png')
    await savePicture(path, small, recipe)
    const found = findRecipeInFile(path)
    expect(found).toEqual({ kind: 'whole', recipe })
    if (found.kind === 'whole') expect(readFileSync(path).equals(encodeWithRecipe(small, found.recipe))).toBe(true)
  })

  it('is text that other programs read', () => {
    expect(writeInfotext(recipe)).toBe(
      'a red fox, flat style: "quoted"\nsecond line 🦊\nNegative prompt: blurry, café\n' +
        'Steps: 8, Sampler: TiM, CFG scale: 2.5, Seed: 9007199254740991, Size: 128x192, Model hash: ababababab, Model: starter, ' +
        'Guidance from: 0, Guidance to: 1, Noise: philox4x32-10/1, Image index: 3, Stochasticity: 0.2, Adapter: "ink, soft 0.75", Version: TiM Studio',
    )
    expect(readInfotext(writeInfotext(recipe))).toEqual({
      prompt: recipe.prompt,
      negativePrompt: recipe.negativePrompt,
      steps: 8,
      width: 128,
      height: 192,
      cfgScale: 2.5,
      seed: recipe.seed,
      sampler: 'TiM',
      modelName: 'starter',
      modelHash: 'ababababab',
    })
  })

  it('is partial when another program wrote it', () => {
    const parameters =
      'masterpiece, (cat:1.2) <lora:x:0.8>\nNegative prompt: bad hands,\nblurry\n' +
      'Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 42, Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, ' +
      'Lora hashes: "x: 0123456789ab, y: 1", Hires upscale: 1.5, Version: v1.6.0'
    const png = encodePng(small, [{ keyword: 'parameters', text: parameters }])
    expect(findRecipe(png, 'x.png')).toEqual({
      kind: 'partial',
      recipe: {
        prompt: 'masterpiece, (cat:1.2) <lora:x:0.8>',
        negativePrompt: 'bad hands,\nblurry',
        steps: 20,
        width: 512,
        height: 768,
        cfgScale: 7,
        seed: 42,
        sampler: 'DPM++ 2M Karras',
        modelName: 'v1-5-pruned',
        modelHash: '6ce0161689',
      },
    })
  })

  it('leaves out what makes no sense there', () => {
    expect(readInfotext('x\nSteps: 1e9, CFG scale: NaN, Seed: -1, Size: 0x5, Sampler: a')).toEqual({
      prompt: 'x',
      negativePrompt: '',
      height: 5,
      sampler: 'a',
    })
    expect(readInfotext('Steps: 3, Seed: 4, CFG scale: 1')).toEqual({
      prompt: '',
      negativePrompt: '',
      steps: 3,
      seed: 4,
      cfgScale: 1,
    })
    expect(readInfotext('just a prompt, with commas')).toBeUndefined()
    expect(readInfotext('')).toBeUndefined()
  })

  it('answers long hostile texts quickly', () => {
    const start = performance.now()
    readInfotext(`p\n${'a '.repeat(9000)}`)
    readInfotext(`p\n${'a: "\\'.repeat(4000)}`)
    readInfotext(`p\n${'a'.repeat(1_000_000)}`)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it.each<[string, string | undefined, string]>([
    ['none', undefined, 'picture.no-recipe'],
    ['no JSON', '{', 'picture.recipe-damaged'],
    ['no object', '7', 'picture.recipe-damaged'],
    ['a newer version', '{"version":2}', 'picture.recipe-damaged'],
    ['a missing field', JSON.stringify({ ...recipe, seed: undefined }), 'picture.recipe-damaged'],
    [
      'a path for a model',
      JSON.stringify({ ...recipe, model: { name: '../x', sha256: 'ab'.repeat(32) } }),
      'picture.recipe-damaged',
    ],
    ['an extra field', JSON.stringify({ ...recipe, file: '/etc/passwd' }), 'picture.recipe-damaged'],
    ['0 steps', JSON.stringify({ ...recipe, steps: 0 }), 'picture.recipe-damaged'],
  ])('is refused by name: %s', (_what, text, code) => {
    const png = encodePng(small, text === undefined ? [] : [{ keyword: 'tim-recipe', text }])
    expect(() => findRecipe(png, 'x.png')).toThrow(expect.objectContaining({ code, picture: 'x.png' }))
  })

  it('is found whole or refused by name in damaged files', () => {
    const whole = encodeWithRecipe(small, recipe)
    const random = seededRandom(5)
    let refused = 0
    const count = rounds(250, 6000)
    for (let i = 0; i < count; i++) {
      try {
        const found = findRecipe(mutate(whole, random), 'damaged')
        if (found.kind === 'whole') expect(found.recipe).toEqual(recipe)
      } catch (error) {
        if (!(error instanceof PictureError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(count / 2)
  })
})
