import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { writeAtomically, writeFileAtomically } from './atomic-write'
import { FileError } from './file-error'

const folder = temporaryFolder()

async function failure(action: Promise<void>): Promise<FileError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof FileError) return error
  throw new Error('no FileError', { cause: error })
}

describe('atomic writing', () => {
  it('writes the whole content, makes folders, leaves no other file', async () => {
    const path = join(folder, 'a', 'b', 'x.txt')
    await writeFileAtomically(path, 'one')
    await writeFileAtomically(path, Uint8Array.of(50))
    expect(readFileSync(path, 'utf8')).toBe('2')
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['x.txt'])
  })

  it.runIf(process.platform === 'linux')('keeps the old file when the disk is full, and says so', async () => {
    const path = join(folder, 'full', 'x.txt')
    await writeFileAtomically(path, 'old')
    const error = await failure(
      writeAtomically(path, async (file) => {
        await file.write('half')
        // The kernel's own full device: every write fails as on a full disk.
        const full = await open('/dev/full', 'w')
        await full.write('more').finally(() => full.close())
      }),
    )
    expect(error).toMatchObject({ code: 'file.disk-full', path })
    expect(error.message).toContain(path)
    expect(error.remedy).toContain('Free some space')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(join(folder, 'full'))).toEqual(['x.txt'])
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('names a folder that may not be written', async () => {
    const closed = join(folder, 'closed')
    mkdirSync(closed)
    chmodSync(closed, 0o555)
    expect((await failure(writeFileAtomically(join(closed, 'x'), ''))).code).toBe('file.denied')
  })

  it('names a path through a file, and a name that is a folder', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect((await failure(writeFileAtomically(join(file, 'x'), ''))).message).toContain(join(file, 'x'))
    mkdirSync(join(folder, 'taken'))
    const error = await failure(writeFileAtomically(join(folder, 'taken'), ''))
    expect(error.path).toBe(join(folder, 'taken'))
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
  })
})
