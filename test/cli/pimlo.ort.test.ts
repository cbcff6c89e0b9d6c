import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEvaluator, rankOf, type Evaluator } from '../../src-main/engine/scoring/evaluator'
import { sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { openArtist, type Artist, type DrawSettings } from '../../src-main/engine/jobs/starter/draw'
import { taskSets, type Task } from '../../src-main/engine/jobs/starter/tasks'
import { run } from '../../src-main/cli/program'
import { directions, isNearest, picturesOf } from '../support/likeness'
import { temporaryFolder } from '../support/temporary-folder'

/**
 * The README's example: the embedded model learns a character that is nowhere in its world from twelve pictures. Whether a drawing shows it is decided by
 * retrieval: among the twelve, drawings of the model's own things, and what the model draws for the very same prompts and noise without the
 * adapter, the nearest (by direction of the evaluator's penultimate layer, which never saw the character) is one of the twelve. Ground, style and
 * what else a prompt names are the same in the last, so that nothing but the character can decide. The rule is itself tested: each of the twelve
 * finds another of them, and nothing that the model draws without the adapter finds any.
 */
const isLong = process.env['TIM_TEST_LONG'] !== undefined
const images = resolve('assets/examples/pimlo')
const starter = resolve('assets/starter')
const folder = temporaryFolder()

/** What is trained, drawn and demanded: the example itself, and a tenth of it, which still tells a training that works from one that does not. */
const scale = isLong
  ? { changes: [], nfe: [1, 4, 8], every: 4, others: 4, least: 0.8, fall: 0.05, minutes: 10 }
  : {
      changes: ['--steps', '110', '--preserve', '16', '--lr', '4e-3'],
      nfe: [4],
      every: 16,
      others: 10,
      least: 0.35,
      fall: 0.15,
      minutes: 5,
    }

/** None is a caption of the set; grounds that the set has, and others. */
const SAYINGS = [
  'pimlo, flat, on GROUND',
  'a flat icon of pimlo on GROUND',
  'pimlo waving, flat, on GROUND',
  'pimlo dancing, flat, on GROUND',
  'pimlo with a flower, flat, on GROUND',
  'pimlo on GROUND',
]
const GROUNDS = isLong ? ['white', 'red', 'grey', 'green', 'black', 'light blue', 'yellow', 'purple'] : ['white', 'red', 'green']
const prompts = SAYINGS.flatMap((saying) => GROUNDS.map((ground) => saying.replace('GROUND', ground)))

let judge: Evaluator
let plain: Artist
let adapted: Artist
let minutes = 0
const said: string[] = []

/** Runs one command line as the process would. */
async function tim(...args: string[]): Promise<void> {
  const code = await run(args, { answer: (line) => said.push(line), tell: (line) => said.push(line), screen: undefined })
  if (code !== 0) throw new Error(said.join('\n'))
}

const BATCH = 16

/** Looks at what an artist draws, a few pictures at a time. */
async function drawn<T>(
  artist: Artist,
  asked: readonly string[],
  settings: DrawSettings,
  look: (pictures: Tensor<'f32'>, first: number) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = []
  for (let at = 0; at < asked.length; at += BATCH)
    all.push(...(await look(await artist.draw(asked.slice(at, at + BATCH), at, settings), at)))
  return all
}

const shown = (artist: Artist, asked: readonly string[], settings: DrawSettings): Promise<Float32Array[]> =>
  drawn(artist, asked, settings, (pictures) => directions(judge, pictures))

/** Share of the tasks whose thing ranks first. */
async function rightShare(artist: Artist, tasks: readonly Task[], settings: DrawSettings): Promise<number> {
  const asked = tasks.map(({ prompt }) => prompt)
  const marks = await drawn(artist, asked, settings, async (pictures, first) => {
    expect(sizeOf(pictures.shape.slice(1))).toBeGreaterThan(0)
    const opinions = await judge.look(pictures)
    return opinions.map(({ concept }, i) => rankOf(concept, tasks[first + i]?.scene.things[0].concept ?? -1) === 0)
  })
  return share(marks)
}

const share = (marks: readonly boolean[]): number => marks.filter(Boolean).length / marks.length

beforeAll(async () => {
  process.env['TIM_HOME'] = folder
  process.env['TIM_STARTER'] = starter
  const started = performance.now()
  await tim('train', '--config', resolve('assets/examples/pimlo.json'), ...scale.changes)
  minutes = (performance.now() - started) / 60_000
  await tim('adapters', 'merge', '--adapter', 'pimlo', '--name', 'with-pimlo')
  judge = await openEvaluator(starter)
  plain = await openArtist(starter, 2)
  adapted = await openArtist(resolve(folder, 'models', 'with-pimlo'), 2)
}, 1_800_000)

afterAll(async () => {
  for (const one of [judge, plain, adapted]) await (one as { release(): Promise<void> } | undefined)?.release()
})

test('the trigger word draws the character, and the model still draws what it could', { timeout: 1_800_000 }, async () => {
  const things = taskSets(2026, judge.concepts).things
  const every = (n: number, from: number): readonly Task[] => things.filter((_, i) => i % n === from)
  const twelve = await directions(judge, await picturesOf(images))
  const asked = every(scale.every, 0).map(({ prompt }) => prompt)
  const world = await shown(plain, asked, { steps: 4, guidance: 2.5, seed: 5 })
  const found = twelve.map((one, i) =>
    isNearest(
      one,
      twelve.filter((_, k) => k !== i),
      world,
    ),
  )
  expect(share(found)).toBeGreaterThan(0.85)

  const figures = []
  for (const steps of scale.nfe) {
    const settings = { steps, guidance: 2.5, seed: 77 }
    const bare = await shown(plain, prompts, settings)
    const others = await shown(plain, prompts, { ...settings, seed: 78 })
    const ours = await shown(adapted, prompts, settings)
    const tasks = every(scale.others, 1)
    figures.push({
      steps,
      character: share(ours.map((one) => isNearest(one, twelve, [...world, ...bare]))),
      without: share(bare.map((one) => isNearest(one, twelve, [...world, ...others]))),
      fall: (await rightShare(plain, tasks, settings)) - (await rightShare(adapted, tasks, settings)),
    })
  }
  console.log(JSON.stringify({ minutes, figures }))
  for (const { character, without, fall } of figures) {
    expect(character).toBeGreaterThanOrEqual(scale.least)
    expect(without).toBeLessThanOrEqual(0.05)
    expect(fall).toBeLessThanOrEqual(scale.fall)
  }
  // The short form shares its cores with other tests, and is watched by its timeout alone.
  if (isLong) expect(minutes).toBeLessThanOrEqual(scale.minutes)
})
