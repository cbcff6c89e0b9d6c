import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anyGeneration } from '../../test/support/any-generation'
import type { GenerationId } from '#shared/schema/id'
import { Bin } from './bin'
import { Library } from './library'

let root: string
let library: Library

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-bin-'))
  library = Library.open(root, 'the test')
})
afterEach(() => {
  library.close()
  rmSync(root, { recursive: true })
})

/** A picture with files of its own. */
function picture(): GenerationId {
  const one = anyGeneration()
  const { file, frames } = library.files.prepare(one.id)
  writeFileSync(file, 'picture')
  writeFileSync(join(frames, '0.png'), 'frame')
  library.generations.add(one)
  return one.id
}

test('a deleted picture goes to the trash with the next emptying, and its traces with it', async () => {
  const [kept, gone] = [picture(), picture()]
  const system = mkdtempSync(join(tmpdir(), 'tim-trash-'))
  const bin = new Bin(library, async (file) => Promise.resolve(renameSync(file, join(system, basename(file)))))
  expect(bin.remove([gone, gone])).toBe(1)
  expect(existsSync(library.files.fileOf(gone))).toBe(true)
  await bin.empty()
  expect(readdirSync(system)).toEqual([`${gone}.png`])
  expect(existsSync(library.files.framesOf(gone))).toBe(false)
  expect(existsSync(library.files.fileOf(kept))).toBe(true)
  expect(library.generations.has(gone)).toBe(false)
  rmSync(system, { recursive: true })
})

test('it does so by itself once the deletion can no longer be undone', async () => {
  const gone = picture()
  const brought = new Promise<string>((resolve) => {
    const bin = new Bin(library, async (file) => Promise.resolve(resolve(file)), 1)
    bin.remove([gone])
  })
  expect(basename(await brought)).toBe(`${gone}.png`)
})

test('undone in time nothing is lost; afterwards it says where the picture is', async () => {
  const id = picture()
  const bin = new Bin(library, async (file) => Promise.resolve(rmSync(file)))
  bin.remove([id])
  bin.restore([id])
  await bin.empty()
  expect(library.generations.get(id).id).toBe(id)
  expect(existsSync(library.files.fileOf(id))).toBe(true)
  bin.remove([id])
  await bin.empty()
  expect(() => bin.restore([id])).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'not-found' }) }))
})

test('without a system’s trash the library keeps the file in its own', async () => {
  const id = picture()
  const bin = new Bin(library, async () => Promise.reject(new Error('there is none')))
  bin.remove([id])
  await bin.empty()
  expect(readdirSync(library.folders.trash)).toEqual([`${id}.png`])
  expect(existsSync(library.files.fileOf(id))).toBe(false)
})

test('what a studio that died had deleted goes out at the next start', async () => {
  const id = picture()
  const dead = new Bin(library, async () => Promise.resolve())
  dead.remove([id])
  dead.close()
  const brought: string[] = []
  await new Bin(library, async (file) => Promise.resolve(void brought.push(file))).empty()
  expect(brought.map((file) => basename(file))).toEqual([`${id}.png`])
})
