import { z } from 'zod'
import { memoryNeed, wishOf, type ModelMemory } from '#shared/schema/memory-need'
import { ResolutionSettings } from '#shared/schema/lab-settings'
import { EngineError } from '../../ir/errors'
import type { TimCondition } from '../../models/tim/network-graph'
import { openTim } from '../../models/tim/load'
import { isOutOfMemory } from '../../runtime/out-of-memory'
import { openEvaluator, type Evaluator } from '../../scoring/evaluator'
import { componentFolder } from '../../weights/manifest'
import type { DrawingModel } from '../generate/drawing-model'
import { availableMemory, modelMemory } from '../generate/estimate-memory'
import { openModel } from '../generate/open-model'
import { requireFit } from '../generate/require-fit'
import { drawPrompt, needPrompts } from './draw-prompt'
import { defineExperiment, type Hearing, type Instrument, type LabBench, type Piece } from './experiment'
import { featureDistance, judge, Look, lookAt } from './looks'
import { packRows, unpackRows } from './numbers'
import { peakMemory } from './peak-memory'
import { concludeResolution } from './resolution-conclusion'
import { threadsOf } from './truth'

/** Pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** What one picture came to. */
export const ResolutionRecord = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('drawn'),
    look: Look,
    features: z.string(),
    /** 1 − cosine of the evaluator's features, against the picture of the model's own size. */
    apart: z.number(),
    seconds: z.number(),
    peak: z.number().nullable(),
  }),
  z.object({ is: z.literal('left-out'), why: z.string() }),
])
export type ResolutionRecord = z.infer<typeof ResolutionRecord>

const LARGEST = 4096

export const resolution = defineExperiment<ResolutionSettings, ResolutionRecord>({
  name: 'resolution',
  title: 'Resolution',
  about: 'Sizes and aspects beyond the model’s own: what each doubling costs in score, likeness, time and memory.',
  settings: ResolutionSettings,
  measurement: ResolutionRecord,
  pieces(settings, bench) {
    needPrompts(bench.model)
    const prompts = Array.from({ length: settings.prompts }, (_, i) => i)
    const own = nativeSize(bench)
    return [
      ...prompts.map((prompt) => pieceOf(own, prompt)),
      // The same prompts from other noise: how far apart two good pictures are.
      ...prompts.map((prompt) => ({ key: `other-${prompt}`, what: 'other noise' })),
      ...sizesOf(settings, bench).flatMap((size) => prompts.map((prompt) => pieceOf(size, prompt))),
    ]
  },
  async open(settings, bench) {
    const evaluator = await openEvaluator(bench.task.evaluator, bench.task.threads)
    return new ResolutionInstrument(settings, bench, evaluator, await openModel(bench.task.model, 'cpu', threadsOf(bench.task)))
  },
  conclude: (settings, found) => concludeResolution(settings, found),
})

function pieceOf({ width, height }: Size, prompt: number): Piece {
  return { key: `${width}x${height}-${prompt}`, what: `${width} × ${height}` }
}

function nativeSize({ model }: LabBench): Size {
  return { width: model.manifest.nativeSide, height: model.manifest.nativeSide }
}

/** What is asked for, or doublings of the model's own side with 3 : 2 and 2 : 1 of about the same area; smallest first. */
export function sizesOf({ sizes }: ResolutionSettings, bench: LabBench): Size[] {
  const { nativeSide, latent } = bench.model.manifest
  const grid = latent.factor * openTim(componentFolder(bench.model, 'transformer')).config.patch_size
  const near = (pixels: number): number => Math.max(grid, Math.round(pixels / grid) * grid)
  const doublings: number[] = []
  for (let side = nativeSide; side <= LARGEST; side *= 2) doublings.push(side)
  const shaped = (side: number, aspect: number): Size => ({
    width: near(side * Math.sqrt(aspect)),
    height: near(side / Math.sqrt(aspect)),
  })
  const wanted = sizes ?? doublings.flatMap((side) => [1, 3 / 2, 2].map((aspect) => shaped(side, aspect)))
  const unlike = new Map(wanted.map((size) => [`${size.width}x${size.height}`, size]))
  unlike.delete(`${nativeSide}x${nativeSide}`)
  return [...unlike.values()]
    .filter(({ width, height }) => Math.max(width, height) <= LARGEST * 2)
    .sort((a, b) => a.width * a.height - b.width * b.height)
}

class ResolutionInstrument implements Instrument<ResolutionRecord> {
  private readonly memory: ModelMemory

  constructor(
    private readonly settings: ResolutionSettings,
    private readonly bench: LabBench,
    private readonly evaluator: Evaluator,
    private readonly model: DrawingModel<TimCondition>,
  ) {
    this.memory = modelMemory(bench.model)
  }

  async measure({ key }: Piece, hearing: Hearing, found: ReadonlyMap<string, ResolutionRecord>): Promise<ResolutionRecord> {
    const [, width, height, index] = /^(\d+)x(\d+)-(\d+)$/.exec(key) ?? []
    const other = /^other-(\d+)$/.exec(key)?.[1]
    const prompt = Number(index ?? other)
    const size = other === undefined ? { width: Number(width), height: Number(height) } : nativeSize(this.bench)
    const expected = secondsExpected(size, found)
    const most = this.settings.secondsPerPicture
    if (expected > most)
      return { is: 'left-out', why: `would take about ${Math.round(expected)} s, more than the ${most} s that are allowed` }
    try {
      const seed = this.settings.seed + (other === undefined ? 0 : 1)
      return await this.draw(size, prompt, seed, hearing, found.get(pieceOf(nativeSize(this.bench), prompt).key))
    } catch (error) {
      // What does not fit into memory is a finding; all else is a failure.
      if (error instanceof EngineError && error.code === 'memory.too-little') return { is: 'left-out', why: error.message }
      if (isOutOfMemory(error)) return { is: 'left-out', why: 'memory ran out' }
      throw error
    }
  }

  async release(): Promise<void> {
    await this.model.release()
    await this.evaluator.release()
  }

  private async draw(
    size: Size,
    index: number,
    seed: number,
    { progress }: Hearing,
    own: ResolutionRecord | undefined,
  ): Promise<ResolutionRecord> {
    const { settings, bench } = this
    const prompt = bench.set.prompts[index % bench.set.prompts.length]
    if (!prompt) throw new RangeError('A set has prompts.')
    this.requireMemory(size)
    const drawing = { text: prompt.text, ...size, steps: settings.nfe, guidance: settings.guidance, seed, index }
    const from = performance.now()
    const { result, peak } = await peakMemory(() => drawPrompt(this.model, bench.model, drawing, progress))
    const seconds = (performance.now() - from) / 1000
    const [seen] = await lookAt(this.evaluator, [result])
    if (!seen) throw new RangeError('A picture was looked at.')
    const { features } = seen.opinion
    const apart = own?.is === 'drawn' ? featureDistance(unpackRows(own.features), features) : 0
    return { is: 'drawn', look: judge(seen, bench.set, prompt), features: packRows(features), apart, seconds, peak }
  }

  /** Throws EngineError `memory.too-little`. */
  private requireMemory(size: Size): void {
    const { nfe, guidance } = this.settings
    const { cfg } = this.bench.model.manifest.defaults
    const wish = wishOf({ ...size, steps: nfe, cfg: { ...cfg, scale: guidance ?? cfg.scale } }, false)
    requireFit(wish, this.memory.precision, memoryNeed(this.memory, wish, availableMemory()))
  }
}

/**
 * What a picture takes, going by the largest one that was drawn: with the square of the number of pixels, as attention does, which bounds it
 * from above. 0 where none is known. That depends on the machine, and so may which sizes are left out.
 */
function secondsExpected({ width, height }: Size, found: ReadonlyMap<string, ResolutionRecord>): number {
  const drawn = [...found].flatMap(([key, record]) => {
    const [, w, h] = /^(\d+)x(\d+)-\d+$/.exec(key) ?? []
    return record.is === 'drawn' && w !== undefined ? [{ area: Number(w) * Number(h), seconds: record.seconds }] : []
  })
  const area = Math.max(0, ...drawn.map((each) => each.area))
  const best = Math.min(...drawn.filter((each) => each.area === area).map(({ seconds }) => seconds))
  const ratio = (width * height) / area
  return area === 0 || ratio <= 1 ? 0 : best * ratio ** 2
}
