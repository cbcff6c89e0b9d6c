import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { openSafetensors } from '../../src-main/engine/weights/safetensors'
import { Library } from '../../src-main/library/library'
import { fixturePath, fixtureTensors, relativeError } from '../support/fixtures'
import { writeModelFolder } from '../support/model-folder'
import { temporaryFolder } from '../support/temporary-folder'

/** The built command line in processes of its own: what only a process has. */
const program = resolve(process.env['TIM_CLI'] ?? 'out/cli/tim.js')
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const env = { ...process.env, TIM_HOME: at('home'), TIM_STARTER: at('tiny') }

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly said: string
}

/** Starts tim; `onOut` hears what comes on standard output while it runs. */
function tim(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; onOut?: (text: string, child: ReturnType<typeof spawn>) => void } = {},
) {
  const child = spawn(process.execPath, [program, ...args], { env: options.env ?? env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, said] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString()
    options.onOut?.(out, child)
  })
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  return new Promise<Ended>((done) => child.on('close', (code, signal) => done({ code, signal, out, said })))
}

const pictures = (home = at('home')) => {
  const library = Library.open(home, 'a test')
  const page = library.history.page({ search: '', cursor: null, pictures: 10 })
  const kept = library.generations.some(page.rows.flatMap((row) => row.pictures.map(({ id }) => id)))
  library.close()
  return kept
}

beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is not built: npm test builds it before the tests run.`)
  await writeModelFolder(at('tiny'), 'tiny')
})

test('help goes to standard output with exit code 0, mistakes to standard error with 2', async () => {
  const [help, none, wrong] = await Promise.all([tim(['--help']), tim([]), tim(['generate', 'x', '--nfe', '0'])])
  expect(help).toMatchObject({ code: 0, said: '' })
  expect(help.out).toContain('Exit codes:')
  expect(none).toMatchObject({ code: 2, out: '' })
  expect(wrong).toMatchObject({ code: 2, out: '' })
})

test('Ctrl-C keeps what is finished and leaves nothing else behind', async () => {
  let asked = false
  const ended = await tim(['generate', 'many', '--nfe', '40', '--count', '64', '--seed', '1'], {
    onOut: (text, child) => {
      if (asked || !text.includes('\n')) return
      asked = true
      child.kill('SIGINT')
    },
  })
  expect(ended).toMatchObject({ code: 130, signal: null })
  expect(ended.said).toContain('Interrupted.')
  const files = ended.out.trim().split('\n')
  expect(files.length).toBeLessThan(64)
  const kept = pictures()
  expect(kept.map(({ id }) => id).sort()).toEqual(files.map((file) => file.slice(-30, -4)).sort())
  // Pictures and the frames of those pictures, and nothing of the one that was under way.
  const left = execFileSync('find', [at('home', 'pictures'), at('home', 'frames'), '-type', 'f'], { encoding: 'utf8' })
    .trim()
    .split('\n')
  expect(left.filter((file) => !kept.some(({ id }) => file.includes(id)))).toEqual([])
})

test('a reader that goes away ends it quietly', async () => {
  const command = `"${process.execPath}" "${program}" generate piped --count 3 | head -n 1`
  const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  await new Promise((done) => child.on('close', done))
  expect(said).not.toMatch(/EPIPE|at .*:\d+/)
})

test('probe writes what the reference computes', async () => {
  const cases = fixtureTensors('tim-t2i')
  await writeSafetensors(
    at('in.safetensors'),
    Object.fromEntries(['x', 't', 'r', 'y'].map((name) => [name, cases.read(`1.${name}`)])),
  )
  const files = ['--model', fixturePath('tim-t2i'), '--in', at('in.safetensors'), '--out', at('out.safetensors')]
  expect(await tim(['probe', 'transformer', ...files])).toMatchObject({ code: 0, out: '', said: '' })
  const { data } = openSafetensors(at('out.safetensors')).read('out')
  expect(relativeError(data as Float32Array, cases.f32('1.out').data)).toBeLessThan(2e-6)
})

test('doctor tries every provider in a process of its own and says why the others are not there', async () => {
  const { code, out } = await tim(['doctor', '--json'])
  expect(code).toBe(0)
  const { providers } = JSON.parse(out) as { providers: { provider: string; works: boolean; note: string }[] }
  expect(providers.map(({ provider }) => provider)).toEqual(['cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
  expect(providers[0]).toMatchObject({ works: true })
  for (const { note } of providers) expect(note.length).toBeGreaterThan(10)
})

/** A disk of some kilobytes. Only root can have one, and not everywhere. */
const disk = at('disk')
function mountSmallDisk(): boolean {
  try {
    mkdirSync(disk, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)('a full disk', () => {
  test('in the data folder: what fits is kept, the rest is a clear error', async ({ skip }) => {
    if (!mountSmallDisk()) skip('this machine lets nobody mount')
    try {
      const home = join(disk, 'home')
      const args = ['generate', 'filling', '--size', '96x96', '--nfe', '3', '--count', '64', '--seed', '1']
      const { code, out, said } = await tim(args, { env: { ...env, TIM_HOME: home } })
      expect(code).toBe(1)
      expect(said).toMatch(/disk.*full/i)
      const files = out
        .trim()
        .split('\n')
        .filter((line) => line !== '')
      for (const file of files) expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG')
    } finally {
      execFileSync('umount', [disk])
    }
  })

  test('in --out: the picture is safe in the library', async ({ skip }) => {
    if (!mountSmallDisk()) skip('this machine lets nobody mount')
    try {
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(590_000))
      const { code, said } = await tim(['generate', 'kept', '--size', '96x96', '--seed', '2', '--out', join(disk, 'out')])
      expect(code).toBe(1)
      expect(said).toMatch(/disk is full/)
      expect(pictures().some(({ recipe }) => recipe.prompt === 'kept')).toBe(true)
    } finally {
      execFileSync('umount', [disk])
    }
  })
})
