import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeBitmap } from '#shared/mask/bitmap'
import { frameImage, GenerationId, ImageId } from '#shared/schema/id'
import { ChosenPaths } from '../../src-main/ipc/chosen-paths'
import { adapterHandlers } from '../../src-main/ipc/handlers/adapters'
import { startHandlers } from '../../src-main/ipc/handlers/start'
import { importAdapter } from '../../src-main/engine/jobs/adapters/import'
import { listModels } from '../../src-main/engine/jobs/generate/list-models'
import { keepStartPicture } from '../../src-main/engine/images/keep-start'
import { picture } from '../../src-main/engine/images/picture'
import { encodePng } from '../../src-main/engine/images/png-write'
import { readPicture } from '../../src-main/engine/images/read-picture'
import { Library } from '../../src-main/library/library'
import { filesToStart } from '../../src-main/library/starts'
import { adapterFor } from '../support/adapter-for'
import { temporaryFolder } from '../support/temporary-folder'
import { writeTinyModel } from '../support/tiny-model'

const root = temporaryFolder()
const at = (...parts: string[]): string => join(root, ...parts)
const chosen = new ChosenPaths()
const photo = picture(
  5,
  3,
  Uint8Array.from({ length: 45 }, (_, i) => i * 5),
)
let library: Library
let start: ReturnType<typeof startHandlers>

beforeAll(() => {
  library = Library.open(at('home'), 'a test')
  start = startHandlers(library, async (file, starts) => keepStartPicture(starts, file), chosen)
})
afterAll(() => library.close())

test('a chosen file is kept as PNG by its content; another one is refused', async () => {
  writeFileSync(at('photo.png'), encodePng(photo))
  await expect(async () => start['start/keep']({ path: at('photo.png') })).rejects.toMatchObject({ failure: { field: 'start' } })
  chosen.add([at('photo.png')])
  const kept = await start['start/keep']({ path: at('photo.png') })
  expect(kept).toMatchObject({ width: 5, height: 3 })
  expect(await start['start/keep']({ picture: kept.sha256 })).toEqual(kept)
  const place = { x: 0, y: 0, width: 5, height: 3 }
  const { start: files } = filesToStart(library.folders.starts, {
    start: { picture: kept.sha256, place, strength: 1, feather: 0 },
  })
  expect([...(await readPicture(files?.picture ?? '')).rgb]).toEqual([...photo.rgb])
})

test('a picture of the library and a frame of one are kept as they are; one that is gone says so', async () => {
  const id = GenerationId.parse('01kb0000000000000000000100')
  const { file, frames } = library.files.prepare(id)
  writeFileSync(file, encodePng(photo, [{ keyword: 'a', text: 'b' }]))
  const kept = await start['start/keep']({ image: ImageId.parse(id) })
  expect(kept).toMatchObject({ width: 5, height: 3 })
  expect(readFileSync(join(library.folders.starts, `${kept.sha256}.png`)).equals(readFileSync(file))).toBe(true)
  await expect(async () => start['start/keep']({ image: frameImage(id, 3) })).rejects.toMatchObject({
    failure: { code: 'bad-input', field: 'start' },
  })
  expect(frames).toContain(id)
})

test('a mask is kept and given back; bytes that are none are refused, and so is one that is gone', async () => {
  const bytes = encodeBitmap({ width: 5, height: 3, pixels: Uint8Array.from({ length: 15 }, (_, i) => i % 2) })
  const { mask } = await start['start/keep-mask']({ bytes })
  expect(new Uint8Array((await start['start/mask']({ mask })).bytes)).toEqual(bytes)
  await expect(async () => start['start/keep-mask']({ bytes: Uint8Array.of(1) })).rejects.toMatchObject({
    failure: { field: 'start' },
  })
  rmSync(library.folders.starts, { recursive: true })
  await expect(async () => start['start/mask']({ mask })).rejects.toMatchObject({ failure: { field: 'start' } })
})

test('an adapter comes into the library for the model it fits, twice under two names', async () => {
  await writeTinyModel(at('model'))
  const [model] = await listModels([{ folder: at('model'), embedded: true }])
  if (!model) throw new Error('no model')
  await adapterFor(at('model'), at('ink'), { naming: 'peft', seed: 2 })
  const named = { named: async () => Promise.resolve(model) }
  const adapters = adapterHandlers(library, named, async (where) => (await importAdapter(where)).card, chosen)
  expect(adapters['adapters/list'](undefined)).toEqual([])
  await expect(async () => adapters['adapters/import']({ path: at('ink'), model: 'tiny' })).rejects.toMatchObject({
    failure: { field: 'adapters' },
  })
  chosen.add([at('ink')])
  const first = await adapters['adapters/import']({ path: at('ink'), model: 'tiny' })
  const second = await adapters['adapters/import']({ path: at('ink'), model: 'tiny' })
  expect([first.name, second.name]).toEqual(['ink', 'ink-2'])
  expect(adapters['adapters/list'](undefined)).toEqual([first, second])
})
