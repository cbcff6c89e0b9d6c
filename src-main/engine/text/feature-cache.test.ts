import { readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { f32 } from '../ir/tensor'
import { FeatureCache, type FeatureOrigin } from './feature-cache'

const root = temporaryFolder()
const origin = (prompt: string, encoder = 'a'): FeatureOrigin => ({ encoder, minTokens: 0, maxTokens: 8, prompt })
const encoded = { features: f32([2, 3], [1, 2, 3, 4, 5, 6]), padding: f32([3], [7, 8, 9]), cut: 5 }
let made = 0
const freshFolder = (): string => join(root, `cache${made++}`)

it('gives back what it was given, for the same origin alone', async () => {
  const cache = new FeatureCache(freshFolder())
  await cache.put(origin('a fox'), encoded)
  expect(await cache.get(origin('a fox'))).toEqual(encoded)
  expect(await cache.get(origin('a fox '))).toBeUndefined()
  expect(await cache.get(origin('a fox', 'b'))).toBeUndefined()
  expect(await cache.get({ ...origin('a fox'), maxTokens: 9 })).toBeUndefined()
  const whole = { features: encoded.features }
  await cache.put(origin('short'), whole)
  expect(await cache.get(origin('short'))).toEqual(whole)
})

it('stores no words of a prompt', async () => {
  const folder = freshFolder()
  await new FeatureCache(folder).put(origin('a secret fox'), encoded)
  for (const name of readdirSync(folder))
    expect(`${name} ${readFileSync(join(folder, name), 'latin1')}`).not.toMatch(/secret|fox/)
})

it.each([
  ['truncated', (file: string) => truncateSync(file, 40)],
  ['with one bit of its numbers flipped', flipLastByte],
  ['of another program', (file: string) => writeFileSync(file, 'hello')],
])('an entry %s counts as absent, and is written anew', async (_, harm) => {
  const folder = freshFolder()
  const cache = new FeatureCache(folder)
  await cache.put(origin('x'), encoded)
  harm(join(folder, readdirSync(folder)[0] ?? ''))
  expect(await cache.get(origin('x'))).toBeUndefined()
  await cache.put(origin('x'), encoded)
  expect(await cache.get(origin('x'))).toEqual(encoded)
})

it('forgets what was not used for longest, as soon as it is too large', async () => {
  const folder = freshFolder()
  const cache = new FeatureCache(folder, 900)
  const prompts = ['one', 'two', 'three'] as const
  for (const [age, prompt] of prompts.entries()) {
    await cache.put(origin(prompt), encoded)
    for (const name of readdirSync(folder).slice(age)) utimesSync(join(folder, name), 1000 + age, 1000 + age)
  }
  // Each has some 300 bytes; the first is used again, so the second goes.
  await cache.get(origin('one'))
  await cache.put(origin('four'), encoded)
  const kept = []
  for (const prompt of [...prompts, 'four']) if (await cache.get(origin(prompt))) kept.push(prompt)
  expect(kept).toHaveLength(3)
  expect(kept).toContain('one')
  expect(kept).toContain('four')
})

it('is none where it cannot be written', async () => {
  const file = join(root, 'a file')
  writeFileSync(file, '')
  const cache = new FeatureCache(join(file, 'below'))
  await cache.put(origin('x'), encoded)
  expect(await cache.get(origin('x'))).toBeUndefined()
})

function flipLastByte(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  writeFileSync(file, bytes)
}
