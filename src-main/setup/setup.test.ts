import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runInForeground, runQuietly } from './command.mjs'
import { alone } from './lock.mjs'
import { checkNodeVersion } from './node-version.mjs'
import { SetupError } from './setup-error.mjs'

const folder = mkdtempSync(join(tmpdir(), 'tim-setup-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('the version of Node', () => {
  test.each(['18.20.0', '20.18.3', '16.0.0'])('%s is too old, and the remedy says what to install', (version) => {
    expect(() => {
      checkNodeVersion(version)
    }).toThrow(SetupError)
    try {
      checkNodeVersion(version)
    } catch (error) {
      expect(error).toHaveProperty('remedy', expect.stringMatching(/Install Node 20\.19 or newer/))
    }
  })

  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s will do', (version) => {
    expect(() => {
      checkNodeVersion(version)
    }).not.toThrow()
  })
})

describe('one setup at a time', () => {
  test('a second waits for the first, and says so once', async () => {
    const lock = join(folder, 'two')
    const said: string[] = []
    const events: string[] = []
    let release = (): void => undefined
    const first = alone(
      () => undefined,
      async () => {
        await new Promise<void>((resolve) => (release = resolve))
        events.push('first')
      },
      lock,
    )
    const second = alone(
      (line) => {
        said.push(line)
        release()
      },
      () => Promise.resolve(void events.push('second')),
      lock,
    )
    await Promise.all([first, second])
    expect(events).toEqual(['first', 'second'])
    expect(said).toEqual([`waiting for another setup of this checkout (process ${process.pid})`])
    expect(existsSync(lock)).toBe(false)
  })

  test('the lock of a process that has died is taken over', async () => {
    const lock = join(folder, 'stale')
    const dead = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }).stdout.trim()
    writeFileSync(lock, dead)
    let owner = ''
    await alone(
      () => undefined,
      () => Promise.resolve(void (owner = readFileSync(lock, 'utf8'))),
      lock,
    )
    expect(owner).toBe(String(process.pid))
  })

  test('the lock is freed when the work fails', async () => {
    const lock = join(folder, 'failed')
    await expect(
      alone(
        () => undefined,
        () => Promise.reject(new Error('no')),
        lock,
      ),
    ).rejects.toThrow('no')
    expect(existsSync(lock)).toBe(false)
  })
})

describe('commands', () => {
  test('keep what they printed, on both streams', () => {
    const { ok, output } = runQuietly(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exitCode = 3'])
    expect({ ok, output: output.split(/\s+/) }).toEqual({ ok: false, output: ['out', 'err'] })
  })

  test('that do not exist are failures, not exceptions', () => {
    const { ok, output } = runQuietly(join(folder, 'nothing'), [])
    expect(ok).toBe(false)
    expect(output).toMatch(/ENOENT/)
  })

  test('in the foreground give their exit code', async () => {
    expect(await runInForeground(process.execPath, ['-e', 'process.exit(7)'])).toBe(7)
  })
})

test("the README says of each dependency why it is there, and of nothing that isn't", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    Record<string, string>
  >
  const table = readFileSync('README.md', 'utf8').split('## Dependencies')[1] ?? ''
  const named = [...table.matchAll(/^\| (?!package)([^|]+) \|/gm)].flatMap(([, names = '']) => names.split(', '))
  expect(named.sort()).toEqual([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})].sort())
})

test('every version is exact', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    Record<string, string>
  >
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
})
