import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Provider, Recipe } from '#shared/schema/recipe'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { identify } from '../../files/file-identity'
import type { DrawingModel } from './drawing-model'
import { LoadedModels } from './loaded-models'

const recipeFor = (provider: Provider, hash = 'a'): Pick<Recipe, 'provider' | 'model'> => ({
  provider,
  model: { name: 'm', sha256: hash.repeat(64) },
})

function shelf(refused: readonly Provider[] = []): { readonly models: LoadedModels<string>; readonly seen: string[] } {
  const seen: string[] = []
  const open = async (folder: string, provider: Provider): Promise<DrawingModel<string>> => {
    seen.push(`open ${folder} ${provider}`)
    if (refused.includes(provider)) return Promise.reject(new Error('no driver'))
    return Promise.resolve({
      provider,
      release: async () => Promise.resolve(void seen.push(`release ${folder}`)),
    } as DrawingModel<string>)
  }
  return { seen, models: new LoadedModels(open, (provider, why) => seen.push(`${provider} refused: ${String(why)}`)) }
}

test('a model is loaded once, and again when its content changed', async () => {
  const { models, seen } = shelf()
  await models.get('/a', recipeFor('cpu'))
  await models.get('/a', recipeFor('cpu'))
  await models.get('/a', recipeFor('cpu', 'b'))
  expect(seen).toEqual(['open /a cpu', 'open /a cpu'])
})

test('the one not used for longest gives way', async () => {
  const { models, seen } = shelf()
  await models.get('/a', recipeFor('cpu'))
  await models.get('/b', recipeFor('cpu'))
  await models.get('/a', recipeFor('cpu'))
  await models.get('/c', recipeFor('cpu'))
  expect(seen).toEqual(['open /a cpu', 'open /b cpu', 'open /c cpu', 'release /b'])
})

test('a provider that refuses gives way to the CPU, and says why', async () => {
  const { models, seen } = shelf(['webgpu'])
  expect((await models.get('/a', recipeFor('webgpu'))).provider).toBe('cpu')
  expect(seen).toEqual(['open /a webgpu', 'webgpu refused: Error: no driver', 'open /a cpu'])
})

test('a model that cannot be loaded is tried anew the next time', async () => {
  const { models, seen } = shelf(['cpu'])
  await expect(models.get('/a', recipeFor('cpu'))).rejects.toThrow('no driver')
  await expect(models.get('/a', recipeFor('cpu'))).rejects.toThrow('no driver')
  expect(seen).toHaveLength(2)
})

test('a model whose file changed is given up by name before the next job, and read anew after that', async () => {
  const file = join(temporaryFolder(), 'model.safetensors')
  writeFileSync(file, 'as it was')
  const seen: string[] = []
  const open = async (): Promise<DrawingModel<string>> =>
    Promise.resolve({ release: async () => Promise.resolve(void seen.push('release')) } as DrawingModel<string>)
  const models = new LoadedModels(
    open,
    () => undefined,
    (files) => seen.push(`maps ${[...files.keys()].join()}`),
    () => new Map([[file, identify(file)]]),
  )
  await models.get('/a', recipeFor('cpu'))
  await models.get('/a', recipeFor('cpu'))
  expect(seen).toEqual([`maps ${file}`])
  writeFileSync(file, 'another one')
  await expect(models.get('/a', recipeFor('cpu'))).rejects.toMatchObject({ code: 'weights.changed', path: file })
  expect(seen.at(-1)).toBe('release')
  await models.get('/a', recipeFor('cpu'))
  expect(seen).toEqual([`maps ${file}`, 'release', `maps ${file}`])
})
