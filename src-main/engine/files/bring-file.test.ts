import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { bringFile, copyOn, linkFile } from './bring-file'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const random = seededRandom(3)
const content = Buffer.from(Uint8Array.from({ length: 100_000 }, () => Math.floor(256 * random())))
writeFileSync(at('original'), content)

it('gives a file a second name, following links', async () => {
  symlinkSync(at('original'), at('pointer'))
  expect(await bringFile(at('pointer'), at('second'))).toBe('shared')
  expect(readFileSync(at('second'))).toEqual(content)
  expect(statSync(at('second')).isFile()).toBe(true)
  await expect(bringFile(at('nowhere'), at('third'))).rejects.toMatchObject({ code: 'file.missing' })
})

it('copies where nothing can be shared, and goes on where a copy was cut short', async () => {
  writeFileSync(`${at('copy')}.partial`, content.subarray(0, 40_000))
  const told: number[] = []
  await copyOn(at('original'), at('copy'), { onProgress: (done) => told.push(done) })
  expect(readFileSync(at('copy'))).toEqual(content)
  expect(told).toEqual([100_000])
  expect(existsSync(`${at('copy')}.partial`)).toBe(false)
  // What is longer than the file was of another one.
  writeFileSync(`${at('again')}.partial`, Buffer.alloc(200_000))
  await copyOn(at('original'), at('again'), {})
  expect(readFileSync(at('again'))).toEqual(content)
})

it('keeps what was copied when it is stopped', async () => {
  await expect(copyOn(at('original'), at('stopped'), { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  expect(existsSync(at('stopped'))).toBe(false)
  expect(existsSync(`${at('stopped')}.partial`)).toBe(true)
})

it('links to where a file really lies; the same link again is no mistake', async () => {
  mkdirSync(at('deep'))
  linkSync(at('original'), join(at('deep'), 'name'))
  symlinkSync(join(at('deep'), 'name'), at('hop'))
  await linkFile(at('hop'), at('link'))
  await linkFile(at('hop'), at('link'))
  expect(readlinkSync(at('link'))).toBe(realpathSync(join(at('deep'), 'name')))
  await expect(linkFile(at('original'), at('link'))).rejects.toMatchObject({ code: 'file.link' })
})
