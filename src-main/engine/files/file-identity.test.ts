import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { HashCache, identify, isUnchanged, sha256Of } from './file-identity'

const folder = temporaryFolder()
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

describe('identity', () => {
  it('changes with size, time and file', () => {
    const path = join(folder, 'a')
    writeFileSync(path, 'abc')
    const before = identify(path)
    expect(isUnchanged(path, before)).toBe(true)
    utimesSync(path, 1, 1)
    expect(isUnchanged(path, before)).toBe(false)
    expect(isUnchanged(join(folder, 'gone'), before)).toBe(false)
    expect(() => identify(join(folder, 'gone'))).toThrow('does not exist')
  })
})

describe('checksums', () => {
  it('are those of the content', async () => {
    const path = join(folder, 'abc')
    writeFileSync(path, 'abc')
    expect(await sha256Of(path)).toBe(ABC)
    await expect(sha256Of(join(folder, 'gone'))).rejects.toThrow('does not exist')
    await expect(sha256Of(path, { signal: AbortSignal.abort() })).rejects.toThrow()
  })

  it('are remembered while the file stays, and computed again when it changes', async () => {
    const path = join(folder, 'remembered')
    const memory = join(folder, 'memory.json')
    writeFileSync(path, 'abc')
    const cache = new HashCache(memory)
    expect(await cache.sha256(path)).toBe(ABC)
    await cache.save()
    // The same identity with another content, which only a cache can mistake: proof that it is asked.
    const { size, modified, inode } = identify(path)
    writeFileSync(memory, JSON.stringify({ [path]: { size, modified, inode, sha256: '0'.repeat(64) } }))
    expect(await new HashCache(memory).sha256(path)).toBe('0'.repeat(64))
    utimesSync(path, 1, 1)
    expect(await new HashCache(memory).sha256(path)).toBe(ABC)
  })

  it.each(['', '{', '[]', 'null', '{"x":1}', '{"x":{"size":"1"}}'])('begin anew from a damaged memory: %s', async (content) => {
    const memory = join(folder, 'damaged.json')
    const path = join(folder, 'abc2')
    writeFileSync(path, 'abc')
    writeFileSync(memory, content)
    expect(await new HashCache(memory).sha256(path)).toBe(ABC)
  })
})
