import { join } from 'node:path'
import type { Tensor } from '../../ir/tensor'
import { writeFileAtomically } from '../../files/atomic-write'
import { encodePng } from '../../images/png-write'
import { openArtist, openJudge } from './draw'
import { evaluate, heldOutTasks, trainedTasks, type Quality } from './evaluate'
import { starterFolders } from './folders'
import { judgeRealRenders } from './real-renders'
import { sheetOf } from './sheet'

/**
 * `npm run starter:eval [-- FOLDER [every]]`: measures a model folder (default assets/starter) with fixed seeds and writes
 * evaluation.json and contact-sheet.png into it. `every` = n looks at each n-th task only, and writes nothing but the sheet.
 */
const folder = process.argv[2] ?? join('assets', 'starter')
const every = Number(process.argv[3] ?? 1)
const threads = Number(process.env['TIM_THREADS'] ?? 2)
const SEED = 2026
const GUIDANCE = 2.5
/** Twenty-five pictures: the sheet stays below 500 kB. */
const SHEET = { columns: 5, every: 21 }

const artist = await openArtist(folder, threads)
const judge = await openJudge(folder, threads)
const sparse = <T>(items: readonly T[]): readonly T[] => items.filter((_, i) => i % every === 0)
const report: Record<string, Quality | object> = {}
const say = (name: string, quality: object): void => {
  report[name] = quality
  console.log(name, JSON.stringify(quality))
}
const trained = sparse(trainedTasks(SEED))
// The sheet shows each twenty-first picture, whatever it is like.
const sheet: Tensor<'f32'>[] = []
const settings = { guidance: GUIDANCE, seed: SEED }
say('8 NFE', await evaluate(artist, judge, trained, { ...settings, steps: 8 }, (batch) => sheet.push(batch)))
await writeFileAtomically(
  join(folder, 'contact-sheet.png'),
  encodePng(sheetOf(sheet, SHEET.columns, every === 1 ? SHEET.every : 1)),
)
if (every === 1) {
  say('real renders', await judgeRealRenders(starterFolders().data, folder, judge, threads))
  say('1 NFE', await evaluate(artist, judge, trained, { ...settings, steps: 1 }))
  const fifth = trained.filter((_, i) => i % 5 === 0)
  for (const steps of [1, 32]) say(`${steps} NFE, each fifth`, await evaluate(artist, judge, fifth, { ...settings, steps }))
  say('8 NFE, wordings never seen', await evaluate(artist, judge, heldOutTasks(SEED), { ...settings, steps: 8 }))
  const settingsSaid = { seed: SEED, guidance: GUIDANCE, tasks: trained.length }
  await writeFileAtomically(
    join(folder, 'evaluation.json'),
    `${JSON.stringify({ settings: settingsSaid, ...report }, undefined, 2)}\n`,
  )
}
await artist.release()
await judge.release()
