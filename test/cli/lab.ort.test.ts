import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { LabResult } from '#shared/schema/lab'
import { LAB_NAMES } from '#shared/schema/lab-settings'
import { run } from '../../src-main/cli/program'
import { temporaryFolder } from '../support/temporary-folder'

/** `tim lab` with the embedded model and the set that comes with the studio, at budgets that only show that it works. */
const home = temporaryFolder()
beforeEach(() => {
  process.env['TIM_HOME'] = home
  process.env['TIM_STARTER'] = resolve('assets', 'starter')
})

async function tim(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const out: string[] = []
  const said: string[] = []
  const code = await run(args, { answer: (line) => out.push(line), tell: (line) => said.push(line), screen: undefined })
  return { code, out: out.join('\n'), said: said.join('\n') }
}

const TINY = ['steps=4', 'batch=4', 'things=1', 'width=16', 'depth=1', 'seeds=1', 'nfe=[1]', 'drawn=4', 'looks=1']
const tiny = (...more: string[]): string[] => [
  'lab',
  'adaln-rank',
  '--threads',
  '1',
  ...TINY.flatMap((pair) => ['--set', pair]),
  ...more,
]

test('lists every experiment with what it shows', async () => {
  const { code, out } = await tim('lab')
  expect(code).toBe(0)
  expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual(LAB_NAMES)
})

describe('settings', () => {
  test('are shown whole, and read again as they were shown', async () => {
    const shown = await tim('lab', 'mixtures', '--check', '--set', 'diffusion=[0.4]')
    expect(JSON.parse(shown.out)).toMatchObject({ experiment: 'mixtures', diffusion: [0.4], consistency: [0.05, 0.1, 0.15] })
    const file = join(home, 'settings.json')
    writeFileSync(file, shown.out)
    expect((await tim('lab', 'mixtures', '--settings', file, '--check')).out).toBe(shown.out)
  })

  test.each([
    [['lab', 'nfe'], /Allowed: nfe-sweep, path-consistency/],
    [['lab', 'mixtures', '--set', 'stepps=3'], /stepps/],
    [['lab', 'mixtures', '--set', 'steps=none'], /steps: /],
    [['lab', 'mixtures', '--set', 'steps'], /'steps' is no setting/],
    [['lab', 'mixtures', '--settings', 'nowhere.json'], /no file nowhere\.json/],
    [['lab', 'mixtures', '--json', '--csv'], /exclude each other/],
  ] as const)('%j is refused with what is wrong', async (args, message) => {
    const { code, out, said } = await tim(...args)
    expect(said).toMatch(message)
    expect([code, out]).toEqual([2, ''])
  })
})

test('a run is kept: asked for again it is only read, and its files have the same table', async () => {
  const first = await tim(...tiny('--json'))
  expect(first.code).toBe(0)
  const result = LabResult.parse(JSON.parse(first.out))
  const folder = /^Kept in (.+)$/m.exec(first.said)?.[1] ?? ''
  expect(existsSync(join(folder, 'trials', 'trial-rank-5-0'))).toBe(false)
  expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toEqual(result)

  const again = await tim(...tiny('--csv'))
  expect(again.said).toContain('2 of 2 pieces are measured already.')
  expect(`${again.out}\n`.replaceAll('\r', '')).toBe(readFileSync(join(folder, 'table.csv'), 'utf8').replaceAll('\r', ''))
  const [head = '', ...lines] = again.out.split('\n').map((line) => line.trim().split(','))
  expect(head.length).toBe(result.columns.length)
  const numbers = result.rows.map((row) => result.columns.map(({ key }) => String(row[key] ?? '')))
  expect(lines).toEqual(numbers)

  const table = await tim(...tiny())
  expect(table.out).toContain('Rank / D')
  expect(table.out).toContain('has the least Fréchet distance')
})
