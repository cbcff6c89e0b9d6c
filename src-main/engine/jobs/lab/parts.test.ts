import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { AdalnRankSettings, LAB_NAMES, LabSettings, NfeSweepSettings, WeightingsSettings } from '#shared/schema/lab-settings'
import { labCsv } from './csv'
import { featureDistance, scoreOf, type Look } from './looks'
import { NewsQueue } from './news-queue'
import { concludeSweep } from './nfe-sweep-conclusion'
import type { SweepRecord } from './nfe-sweep'
import { packRows, unpackRows } from './numbers'
import { Records, runName } from './records'
import { concludeTrials, triedOf } from './trials/trial-conclusion'
import type { TrialRecord, Variant } from './trials/trial'

describe('settings', () => {
  it('fill in every default of every experiment, and refuse what they do not know', () => {
    for (const experiment of LAB_NAMES) {
      const filled = LabSettings.parse({ experiment })
      expect(LabSettings.parse(filled)).toEqual(filled)
      expect(LabSettings.safeParse({ experiment, stepps: 3 }).success).toBe(false)
    }
    expect(LabSettings.safeParse({ experiment: 'mixtures', diffusion: [0.9], consistency: [0.2] }).success).toBe(false)
  })

  it('name a run, the same for the same settings and model', () => {
    const settings = AdalnRankSettings.parse({ experiment: 'adaln-rank' })
    expect(runName(settings, 'a')).toBe(runName({ ...settings }, 'a'))
    expect(runName(settings, 'a')).not.toBe(runName(settings, 'b'))
    expect(runName(settings, 'a')).not.toBe(runName(AdalnRankSettings.parse({ ...settings, seeds: 7 }), 'a'))
  })
})

describe('Records', () => {
  const folder = temporaryFolder()

  it('keep what was measured, leave out a line that was cut short, and measure it again', async () => {
    const path = join(folder, 'run')
    const records = await Records.open(path, { a: 1 })
    records.add('one', { x: [1, null] })
    records.add('two', 2)
    appendFileSync(join(path, 'measured.jsonl'), '{"key":"three","fou')
    const again = await Records.open(path, { a: 1 })
    expect([...again.found]).toEqual([
      ['one', { x: [1, null] }],
      ['two', 2],
    ])
    again.add('three', 3)
    expect((await Records.open(path, { a: 1 })).found.get('three')).toBe(3)
    expect(readFileSync(join(path, 'measured.jsonl'), 'utf8').trim().split('\n').length).toBe(3)
  })

  it('refuse a folder that holds another run', async () => {
    await expect(Records.open(join(folder, 'run'), { a: 2 })).rejects.toThrow('other settings')
  })
})

describe('files of a result', () => {
  it('CSV has all digits, and quotes what needs it', () => {
    const columns = [
      { key: 'name', title: 'Name, long' },
      { key: 'x', title: 'x', unit: 's' },
    ]
    const rows = [
      { name: 'a "b"', x: 0.1 + 0.2 },
      { name: 'c', x: null },
    ]
    expect(labCsv({ columns, rows })).toBe('"Name, long",x (s)\r\n"a ""b""",0.30000000000000004\r\nc,\r\n')
  })

  it('features survive their text bit for bit', () => {
    const rows = Float32Array.of(1 / 3, -0, 1e-30, 6e7)
    expect(unpackRows(packRows(rows.subarray(1)))).toEqual(rows.subarray(1))
  })
})

describe('NewsQueue', () => {
  it('yields what is said in order, then what was found; a failure comes after what was said before it', async () => {
    const queue = new NewsQueue<number>()
    const work = async (): Promise<string> => {
      queue.say(1)
      await new Promise(setImmediate)
      queue.say(2)
      return 'found'
    }
    const told: number[] = []
    const news = queue.during(work())
    let next = await news.next()
    for (; !next.done; next = await news.next()) told.push(next.value)
    expect([told, next.value]).toEqual([[1, 2], 'found'])

    const failing = queue.during((queue.say(3), Promise.reject(new Error('no'))))
    expect((await failing.next()).value).toBe(3)
    await expect(failing.next()).rejects.toThrow('no')
  })
})

describe('looks', () => {
  it('score the share of what a prompt asks for', () => {
    const look: Look = { thing: true, five: true, style: false, background: true }
    expect(scoreOf(look)).toBeCloseTo(2 / 3, 12)
  })

  it('measure angles, not lengths', () => {
    expect(featureDistance(Float32Array.of(1, 2), Float32Array.of(2, 4))).toBeCloseTo(0, 7)
    expect(featureDistance(Float32Array.of(1, 0), Float32Array.of(0, 3))).toBeCloseTo(1, 7)
  })
})

describe('conclusions', () => {
  const look = (good: boolean): Look => ({ thing: good, five: good, style: good, background: good })
  const drawn = (nfe: number, hits: number): SweepRecord => ({
    is: 'drawn',
    nfe,
    looks: Array.from({ length: 10 }, (_, i) => look(i < hits)),
    features: '',
    seconds: [1, 3],
  })

  it('a sweep tells means, and where it gets worse', () => {
    const settings = NfeSweepSettings.parse({ experiment: 'nfe-sweep', nfe: [1, 2, 4], prompts: 10, bootstrap: 200, shown: 1 })
    const whole = new Map([
      ['nfe-1-from-0', drawn(1, 2)],
      ['nfe-2-from-0', drawn(2, 10)],
      ['nfe-4-from-0', drawn(4, 1)],
    ])
    const { rows, findings, pictures } = concludeSweep(settings, whole, [0])
    expect(rows.map(({ nfe, score, seconds, frechet }) => [nfe, score, seconds, frechet])).toEqual([
      [1, 0.2, 2, null],
      [2, 1, 2, null],
      [4, 0.1, 2, null],
    ])
    expect(findings[0]).toMatch(/^The prompt score is not monotonic: 2 → 4 is worse \(-0\.900/)
    expect(pictures.length).toBe(3)
    whole.delete('nfe-4-from-0')
    const part = concludeSweep(settings, whole, [0])
    expect(part.rows.length).toBe(2)
    expect(part.findings).toEqual([])
  })

  it('trials are means over repetitions with their deviation; what was not finite is left out', () => {
    const settings = WeightingsSettings.parse({ experiment: 'weightings', nfe: [1], seeds: 2 })
    const variants: Variant[] = [
      { key: 'a', name: 'A', cells: { weighting: 'a' } },
      { key: 'b', name: 'B', cells: { weighting: 'b' } },
    ]
    const trial = (frechet: number | null, nonFinite: number): TrialRecord => ({
      parameters: 5,
      lossMean: 1,
      lossVariance: 0.5,
      nonFinite,
      looks: [{ step: 3, loss: 2 }],
      scores: [{ nfe: 1, thing: 0.5, style: 1, frechet }],
      secondsPerStep: 0.1,
    })
    const found = new Map([
      ['trial-a-0', trial(10, 0)],
      ['trial-a-1', trial(14, 1)],
      ['trial-b-0', trial(null, 2)],
      ['trial-b-1', trial(30, 0)],
    ])
    const { rows, findings } = concludeTrials(settings, [], triedOf(found, variants, 2))
    expect(rows[0]).toMatchObject({ weighting: 'a', seeds: 2, frechet1: 12, nonFinite: 1, heldOut: 2 })
    expect(rows[0]?.['frechet1Spread']).toBeCloseTo(Math.sqrt(8), 9)
    expect(rows[1]).toMatchObject({ frechet1: 30, nonFinite: 2 })
    expect(findings).toEqual([
      'At 1 NFE A has the least Fréchet distance (12.00), then B (30.00), further away than the repetitions spread.',
    ])
  })
})
