import { join } from 'node:path'
import { z } from 'zod'
import { NfeSweepSettings } from '#shared/schema/lab-settings'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { writeFileAtomically } from '../../files/atomic-write'
import { encodePng } from '../../images/png-write'
import type { Picture } from '../../images/picture'
import type { TimCondition } from '../../models/tim/network-graph'
import { openEvaluator, type Evaluator } from '../../scoring/evaluator'
import { FrechetSpace } from '../../scoring/frechet'
import { estimateFrom, resamples } from '../../scoring/statistics'
import type { DrawingModel } from '../generate/drawing-model'
import { openModel } from '../generate/open-model'
import { drawPrompt, needPrompts } from './draw-prompt'
import { defineExperiment, type Hearing, type Instrument, type LabBench, type Piece } from './experiment'
import { judge, Look, lookAt } from './looks'
import { concludeSweep, pictureFile } from './nfe-sweep-conclusion'
import { EstimateRecord, joinRows, packRows, unpackRows } from './numbers'
import { spreadLatents, threadsOf, truthFeatures } from './truth'

/** Prompts of one piece. */
const PART = 10

/** What a piece finds. */
export const SweepRecord = z.discriminatedUnion('is', [
  z.object({ is: z.literal('truth'), features: z.string(), width: z.int() }),
  z.object({ is: z.literal('drawn'), nfe: z.int(), looks: z.array(Look), features: z.string(), seconds: z.array(z.number()) }),
  /** Fréchet distances by number of steps, and their changes from one number to the next. */
  z.object({ is: z.literal('distances'), distances: z.array(EstimateRecord), changes: z.array(EstimateRecord) }),
])
export type SweepRecord = z.infer<typeof SweepRecord>

export const nfeSweep = defineExperiment<NfeSweepSettings, SweepRecord>({
  name: 'nfe-sweep',
  title: 'Steps',
  about: 'The same prompts and noise with more and more steps: what each doubling adds, and whether anything ever gets worse.',
  settings: NfeSweepSettings,
  measurement: SweepRecord,
  pieces(settings, bench) {
    needPrompts(bench.model)
    const drawn = settings.nfe.flatMap((nfe) => partsOf(settings).map((first) => drawnPiece(nfe, first)))
    return [{ key: 'truth', what: 'the pictures of the set' }, ...drawn, { key: 'distances', what: 'Fréchet distances' }]
  },
  async open(settings, bench) {
    const evaluator = await openEvaluator(bench.task.evaluator, bench.task.threads)
    const model = await openModel(bench.task.model, 'cpu', threadsOf(bench.task))
    return new SweepInstrument(settings, bench, evaluator, model)
  },
  conclude: (settings, found) => concludeSweep(settings, found, partsOf(settings)),
})

function drawnPiece(nfe: number, first: number): Piece {
  return { key: `nfe-${nfe}-from-${first}`, what: `${nfe} steps` }
}

/** The first prompt of each piece. */
function partsOf({ prompts }: NfeSweepSettings): number[] {
  return Array.from({ length: Math.ceil(prompts / PART) }, (_, i) => i * PART)
}

class SweepInstrument implements Instrument<SweepRecord> {
  constructor(
    private readonly settings: NfeSweepSettings,
    private readonly bench: LabBench,
    private readonly evaluator: Evaluator,
    private readonly model: DrawingModel<TimCondition>,
  ) {}

  async measure({ key }: Piece, hearing: Hearing, found: ReadonlyMap<string, SweepRecord>): Promise<SweepRecord> {
    if (key === 'distances') return this.distances(found, hearing)
    if (key === 'truth') {
      const latents = spreadLatents(this.bench, this.settings.truth)
      const { rows, width } = await truthFeatures(this.bench, this.evaluator, latents, hearing.progress)
      return { is: 'truth', features: packRows(rows), width }
    }
    const [, nfe = 0, first = 0] = (/^nfe-(\d+)-from-(\d+)$/.exec(key) ?? []).map(Number)
    return this.draw(nfe, first, hearing)
  }

  async release(): Promise<void> {
    await this.model.release()
    await this.evaluator.release()
  }

  private async draw(nfe: number, first: number, { progress }: Hearing): Promise<SweepRecord> {
    const { settings, bench } = this
    const prompts = bench.set.prompts.slice(first, Math.min(first + PART, settings.prompts))
    const pictures: Picture[] = []
    const seconds: number[] = []
    for (const [i, { text }] of prompts.entries()) {
      const { width, height } = bench.model.manifest.defaults
      const { guidance, seed } = settings
      const drawing = { text, width, height, steps: nfe, guidance, seed, index: first + i }
      const from = performance.now()
      const picture = await drawPrompt(this.model, bench.model, drawing, (share) => progress((i + share) / prompts.length))
      seconds.push((performance.now() - from) / 1000)
      if (first + i < settings.shown)
        await writeFileAtomically(join(bench.task.folder, pictureFile(nfe, first + i)), encodePng(picture))
      pictures.push(picture)
    }
    const seen = await lookAt(this.evaluator, pictures)
    const looks = seen.flatMap((each, i) => {
      const prompt = prompts[i]
      return prompt ? [judge(each, bench.set, prompt)] : []
    })
    const features = packRows(joinRows(seen.map(({ opinion }) => opinion.features)))
    return { is: 'drawn', nfe, looks, features, seconds }
  }

  private async distances(found: ReadonlyMap<string, SweepRecord>, { progress }: Hearing): Promise<SweepRecord> {
    const { settings } = this
    const truth = found.get('truth')
    const [width, rows] = truth?.is === 'truth' ? [truth.width, unpackRows(truth.features)] : [0, new Float32Array(0)]
    const space = new FrechetSpace({ rows, width })
    const sets = settings.nfe.map((nfe) => {
      const parts = partsOf(settings).map((first) => found.get(drawnPiece(nfe, first).key))
      return {
        rows: joinRows(parts.map((part) => (part?.is === 'drawn' ? unpackRows(part.features) : new Float32Array(0)))),
        width,
      }
    })
    const values = sets.map((set) => space.distance(set))
    const of = sets.map((set) => space.resampled(set))
    const draws: number[][] = []
    for (const [i, indices] of resamples(settings.prompts, settings.bootstrap, new RandomStream(settings.seed)).entries()) {
      draws.push(of.map((distance) => distance(indices)))
      await progress((i + 1) / settings.bootstrap)
    }
    const column = (read: (draw: readonly number[]) => number): number[] => draws.map(read)
    const distances = values.map((value, k) =>
      estimateFrom(
        value,
        column((draw) => draw[k] ?? NaN),
      ),
    )
    const changes = values.slice(1).map((value, k) =>
      estimateFrom(
        value - (values[k] ?? NaN),
        column((draw) => (draw[k + 1] ?? NaN) - (draw[k] ?? NaN)),
      ),
    )
    return { is: 'distances', distances, changes }
  }
}
