import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { f32 } from '../../ir/tensor'
import { DiskCache } from './disk-cache'

const folder = temporaryFolder()
const made = (value: number) => (): Promise<ReturnType<typeof f32>> =>
  Promise.resolve(f32([256], new Float32Array(256).fill(value)))
const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.safetensors'))
    .map((name) => join(folder, name))

test('beyond its limit the cache forgets what was not used for longest, never what is in use', async () => {
  const first = new DiskCache(folder)
  const after: string[][] = []
  for (let i = 0; i < 4; i++) {
    await first.tensor({ item: i }, made(i))
    after.push(files())
  }
  // One file a minute, in the order in which they were made.
  const paths = after.map((now, i) => now.find((path) => !after[i - 1]?.includes(path)) ?? '')
  paths.forEach((path, i) => utimesSync(path, new Date(2020, 1, 1, 1, i), statSync(path).mtime))
  writeFileSync(join(folder, 'contents.json'), '{}')
  mkdirSync(join(folder, 'ab'), { recursive: true })
  writeFileSync(join(folder, 'ab', 'of-somebody-else.txt'), 'x'.repeat(5000))

  const size = statSync(paths[0] ?? '').size
  const later = new DiskCache(folder)
  // Item 0 is the oldest, but it is used again.
  expect(later.readTensor({ item: 0 })?.data[0]).toBe(0)
  expect(later.trim(4 * size)).toEqual({ bytes: 4 * size, removed: 0 })
  expect(later.trim(2 * size)).toEqual({ bytes: 2 * size, removed: 2 * size })
  expect(files().sort()).toEqual([paths[0], paths[3]].sort())
  expect(later.trim(0)).toEqual({ bytes: size, removed: size })
  expect(files()).toEqual([paths[0]])
  // A process that used it before counts no more, but the time of its use does.
  expect(statSync(paths[0] ?? '').atimeMs).toBeGreaterThan(Date.now() - 3_600_000)
  expect(new DiskCache(folder).trim(0).removed).toBe(size)
  expect(readdirSync(folder)).toContain('contents.json')
})
