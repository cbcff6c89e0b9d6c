import { join } from 'node:path'
import type { Tensor } from '../../ir/tensor'
import { writeFileAtomically } from '../../files/atomic-write'
import { encodePng } from '../../images/png-write'
import { openArtist } from './draw'
import { evaluate, judgeArt } from './evaluate'
import { starterFolders } from './folders'
import { frechetSeries, FrechetSpace, type Features } from '../../scoring/frechet'
import { openJudge } from './judge'
import { openPictures } from './pictures'
import { SmallRandom } from './random'
import { judgeRealRenders } from './real-renders'
import { sheetOf } from './sheet'
import { taskSets, type Task } from './tasks'

/**
 * `npm run starter:eval [-- FOLDER [EVERY [PART…]]]`: measures a model folder (default assets/starter) with fixed seeds. EVERY = n looks at
 * each n-th task only. Parts: `real` (the evaluator and the autoencoder on art), `sets` (all sets of tasks at 8 NFE, things at 1 NFE too),
 * `frechet` (things at NFE 1 … 128, long), `sheet`. With EVERY = 1 and all parts it writes evaluation.json; the sheet it always writes.
 */
const [, , folder = join('assets', 'starter'), everyNth = '1', ...named] = process.argv
const every = Number(everyNth)
const wants = (part: string): boolean => named.length === 0 || named.includes(part)
const threads = Number(process.env['TIM_THREADS'] ?? 2)
const SEED = 2026
const settings = { guidance: 2.5, seed: SEED }
const NFE = [1, 2, 4, 8, 32, 128] as const
const BOOTSTRAP = 200
/** Twenty-five pictures: the sheet stays below 500 kB. Five from each of these sets, evenly. */
const SHEET = { columns: 5, sets: ['things', 'things', 'held-out wordings', 'held-out pairs', 'held-out tints'] } as const

const data = starterFolders().data
const artist = await openArtist(folder, threads)
const judge = await openJudge(folder, threads)
const sets = taskSets(SEED, judge.concepts)
const sparse = (tasks: readonly Task[]): readonly Task[] => tasks.filter((_, i) => i % every === 0)
const report: Record<string, unknown> = { settings: { ...settings, concepts: judge.concepts } }
const say = (name: string, found: object): void => {
  report[name] = found
  console.log(name, JSON.stringify(found))
}

if (wants('sheet')) {
  const shown = SHEET.sets.flatMap((name, row) => {
    const tasks = sets[name]
    return Array.from(
      { length: SHEET.columns },
      (_, i) => tasks[Math.floor(((i + 0.3 + 0.4 * (row % 2)) * tasks.length) / SHEET.columns)],
    )
  })
  const batches: Tensor<'f32'>[] = []
  const asked = shown.filter((task) => task !== undefined)
  await evaluate(artist, judge, asked, { ...settings, steps: 8 }, (batch) => batches.push(batch))
  await writeFileAtomically(join(folder, 'contact-sheet.png'), encodePng(sheetOf(batches, SHEET.columns, 1)))
  asked.forEach(({ prompt }, i) => console.log(`sheet ${i + 1}: ${prompt}`))
}
if (wants('real')) say('real renders', await judgeRealRenders(data, folder, judge, SEED, threads))
if (wants('sets')) {
  for (const [name, tasks] of Object.entries(sets))
    say(`${name}, 8 NFE`, (await evaluate(artist, judge, sparse(tasks), { ...settings, steps: 8 })).quality)
  for (const steps of [1, 2])
    say(`things, ${steps} NFE`, (await evaluate(artist, judge, sparse(sets.things), { ...settings, steps })).quality)
}
if (wants('frechet')) {
  // Each concept once, in one of its styles.
  const tasks = sparse(sets.things.filter((_, i) => (i >> 1) % 2 === i % 2))
  const truth = (await judgeArt(judge, tasks, openPictures(data))).features
  const drawn: Features[] = []
  for (const steps of NFE) {
    const { features, quality } = await evaluate(artist, judge, tasks, { ...settings, steps })
    drawn.push(features)
    say(`each thing once, ${steps} NFE`, quality)
  }
  say('Fréchet distance', { nfe: NFE, ...frechetSeries(new FrechetSpace(truth), drawn, BOOTSTRAP, new SmallRandom(SEED)) })
}
if (every === 1 && named.length === 0)
  await writeFileAtomically(join(folder, 'evaluation.json'), `${JSON.stringify(report, undefined, 2)}\n`)
await artist.release()
await judge.release()
