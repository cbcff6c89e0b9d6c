import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { codec } from '../../src-main/engine/images/codec'
import { openSafetensors } from '../../src-main/engine/weights/safetensors'
import { writeModelFolder } from '../support/model-folder'
import { rounds, seededRandom } from '../support/mutate'
import { drawing } from '../support/odd-pictures'
import { temporaryFolder } from '../support/temporary-folder'

/** A training in processes of its own that are killed at any moment, as by a power cut. */
const program = resolve(process.env['TIM_CLI'] ?? 'out/cli/tim.js')
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const STEPS = 24

interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  readonly said: string
}

/** When to kill: so many milliseconds after so many lines were said. A step is a line; how long it takes depends on what else runs. */
interface Kill {
  readonly lines: number
  readonly ms: number
}

/** Trains in a home of its own, going on where there is a checkpoint. */
function train(home: string, kill?: Kill): Promise<Ended> {
  const runs = at(home, 'runs', 'mascot')
  const resume =
    existsSync(runs) && readdirSync(runs).some((name) => name.endsWith('.safetensors') && name.startsWith('checkpoint'))
  const args = [program, 'train', '--config', at('run.json'), '--threads', '1', ...(resume ? ['--resume'] : [])]
  const env = { ...process.env, TIM_HOME: at(home), TIM_STARTER: at('tiny') }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  let timer: NodeJS.Timeout | undefined
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
    if (kill && said.split('\n').length > kill.lines) timer ??= setTimeout(() => child.kill('SIGKILL'), kill.ms)
  })
  return new Promise((done) =>
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      done({ code, signal, said })
    }),
  )
}

/** Losses by step: the last digit counts. */
function losses(home: string): unknown[] {
  const lines = readFileSync(at(home, 'runs', 'mascot', 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .flatMap(({ is, step, loss, samples }) => (is === undefined ? [{ step, loss, samples }] : []))
}

function adapter(home: string): Record<string, Buffer> {
  const source = openSafetensors(at(home, 'adapters', 'mascot', 'adapter_model.safetensors'))
  return Object.fromEntries([...source.tensors.keys()].map((key) => [key, Buffer.from(source.read(key).data.buffer)]))
}

beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is not built: npm test builds it before the tests run.`)
  const sharp = await codec()
  await writeModelFolder(at('tiny'), 'tiny')
  mkdirSync(at('pictures'))
  for (const [i, width] of [32, 40, 48, 64].entries()) {
    writeFileSync(
      at('pictures', `fox ${i}, red.png`),
      await sharp(drawing(width, 40, { shift: i * 9 }))
        .png()
        .toBuffer(),
    )
  }
  const training = { steps: STEPS, batch: 2, checkpointEvery: 3, learningRate: 1e-2, seed: 3 }
  const data = { flip: true, captionDropout: 0.2, holdOut: 0.25 }
  const run = { name: 'mascot', images: 'pictures', data, adapter: { rank: 2, dropout: 0.1 }, training, preview: { steps: [1] } }
  writeFileSync(at('run.json'), JSON.stringify(run))
})

test(
  'a training killed at random moments ends with the same losses and the same adapter, to the last bit',
  { timeout: 600_000 },
  async () => {
    const whole = await train('whole')
    expect(whole, whole.said).toMatchObject({ code: 0, signal: null })
    expect(losses('whole')).toHaveLength(STEPS)
    const random = seededRandom(8)
    let kills = 0
    const reached: number[] = []
    for (const wanted = rounds(3, 20); kills < wanted;) {
      const ended = await train('killed', { lines: Math.floor(11 * random()), ms: 150 * random() })
      if (ended.signal !== 'SIGKILL') {
        expect(ended, ended.said).toMatchObject({ code: 0 })
        break
      }
      kills++
      const left = existsSync(at('killed', 'runs', 'mascot')) ? readdirSync(at('killed', 'runs', 'mascot')) : []
      // What has its name is whole, whenever the process died.
      for (const name of left.filter((each) => /^checkpoint-\d+\.safetensors$/.test(each)))
        openSafetensors(at('killed', 'runs', 'mascot', name))
      reached.push(Math.max(0, ...left.map((name) => Number(/^checkpoint-(\d+)/.exec(name)?.[1] ?? 0))))
    }
    expect(reached).toEqual([...reached].sort((a, b) => a - b))
    expect(kills).toBeGreaterThanOrEqual(2)
    const done = existsSync(at('killed', 'adapters', 'mascot')) ? undefined : await train('killed')
    if (done) expect(done, done.said).toMatchObject({ code: 0 })
    expect(losses('killed')).toEqual(losses('whole'))
    expect(adapter('killed')).toEqual(adapter('whole'))
  },
)

/** A disk of some megabytes. Only root can have one, and not everywhere. */
function mountSmallDisk(): boolean {
  try {
    mkdirSync(at('disk'), { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', at('disk')], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Writes until nothing more fits. */
function fill(file: string): void {
  for (let size = 1 << 20; size >= 512;) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
    } catch {
      size /= 2
    }
  }
}

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)('a full disk', () => {
  test(
    'stops a training with its checkpoint whole; with room again it goes on as if nothing had been',
    { timeout: 300_000 },
    async ({ skip }) => {
      if (!mountSmallDisk()) skip('this machine lets nobody mount')
      try {
        await train('disk', { lines: 9, ms: 0 })
        fill(at('disk', 'ballast'))
        const stopped = await train('disk')
        expect(stopped.code).toBe(1)
        expect(stopped.said).toMatch(/full/)
        rmSync(at('disk', 'ballast'))
        const done = await train('disk')
        expect(done, done.said).toMatchObject({ code: 0 })
        expect(losses('disk')).toEqual(losses('whole'))
        expect(adapter('disk')).toEqual(adapter('whole'))
      } finally {
        execFileSync('umount', [at('disk')])
      }
    },
  )
})
