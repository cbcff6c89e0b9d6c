import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { FinetuneConfig, RunEstimate } from '../../shared/schema/run'
import { codec } from '../../src-main/engine/images/codec'
import { run } from '../../src-main/cli/program'
import { writeModelFolder } from '../support/model-folder'
import { drawing } from '../support/odd-pictures'
import { temporaryFolder } from '../support/temporary-folder'

/** Every form of `tim train`, and what can be done with what it makes. */
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const short = ['--steps', '3', '--checkpoint-every', '2', '--threads', '1', '--rank', '2']

beforeAll(async () => {
  const sharp = await codec()
  await writeModelFolder(at('tiny'), 'tiny')
  mkdirSync(at('foxes'))
  for (const i of [0, 1, 2]) {
    const picture = sharp(drawing(40, 40, { shift: i * 9 }))
    writeFileSync(at('foxes', `fox number ${i}.png`), await picture.png().toBuffer())
  }
  const settings = { images: 'foxes', data: { trigger: 'zorrito' }, training: { steps: 50 }, preview: { steps: [1] } }
  writeFileSync(at('fox-run.json'), JSON.stringify(settings))
})
beforeEach(() => {
  process.env['TIM_HOME'] = at('home')
  process.env['TIM_STARTER'] = at('tiny')
})

async function tim(...args: string[]): Promise<{ code: number; out: string[]; said: string }> {
  const out: string[] = []
  const said: string[] = []
  const code = await run(args, { answer: (line) => out.push(line), tell: (line) => said.push(line), screen: undefined })
  return { code, out, said: said.join('\n') }
}

const settingsOf = (name: string): FinetuneConfig =>
  FinetuneConfig.parse(JSON.parse(readFileSync(at('home', 'runs', name, 'run.json'), 'utf8')))

test('--dry-run answers with the report and the estimate, and trains nothing', async () => {
  const { code, out, said } = await tim('train', '--images', at('foxes'), ...short, '--dry-run')
  expect(code, said).toBe(0)
  const { report, estimate } = JSON.parse(out.join('\n')) as { report: { counts: object }; estimate: unknown }
  expect(report.counts).toMatchObject({ pictures: 3, samples: 3 })
  expect(RunEstimate.parse(estimate).secondsPerStep).toBeGreaterThan(0)
  expect(said).toMatch(/memory: about .* that are free\ntime: about /)
  expect(existsSync(at('home', 'runs'))).toBe(false)
})

test('--config trains what the file says, options before it; the adapter is kept, sound, and draws', async () => {
  const { code, out, said } = await tim('train', '--config', at('fox-run.json'), ...short, '--name', 'fox', '--preserve', '2')
  expect(code, said).toBe(0)
  expect(out).toEqual([at('home', 'adapters', 'fox')])
  expect(said).toMatch(/encoded on disk: .* of at most 20.0 GB/)
  expect(said).toMatch(/time: about/)
  expect(settingsOf('fox')).toMatchObject({
    images: at('foxes'),
    data: { trigger: 'zorrito' },
    adapter: { rank: 2, alpha: 2 },
    preserve: { pictures: 2 },
    training: { steps: 3, checkpointEvery: 2 },
  })
  expect((await tim('adapters', 'verify', 'fox')).code).toBe(0)
  const about = JSON.parse((await tim('adapters', 'inspect', 'fox')).out.join('\n')) as object
  expect(JSON.stringify(about)).toContain('zorrito')
  const drawn = await tim('generate', 'zorrito', '--adapter', 'fox:0.8', '--nfe', '1', '--size', '32x32')
  expect(drawn.code, drawn.said).toBe(0)
})

test('a finished run is not begun again; with more steps it goes on by its name', async () => {
  expect((await tim('train', '--images', at('foxes'), ...short, '--name', 'fox')).said).toMatch(/already come to step 3/)
  expect((await tim('adapters', 'remove', 'fox')).code).toBe(0)
  const { code, said } = await tim('train', '--name', 'fox', '--resume', '--steps', '5')
  expect(code, said).toBe(0)
  expect(said).toMatch(/step 3 of 5/)
  const lines = readFileSync(at('home', 'runs', 'fox', 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const steps = lines.map((line) => JSON.parse(line) as { is?: string; step: number }).filter(({ is }) => is === undefined)
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
  const begun = lines.map((line) => JSON.parse(line) as { is?: string; step: number }).filter(({ is }) => is === 'estimate')
  expect(begun.map(({ step }) => step)).toEqual([0, 3])
})

test('--check prints the settings with every default, and trains nothing', async () => {
  const { code, out } = await tim('train', at('fox-run.json'), '--check')
  expect(code).toBe(0)
  expect(FinetuneConfig.parse(JSON.parse(out.join('\n')))).toMatchObject({ name: 'foxes', keep: 'products' })
})
