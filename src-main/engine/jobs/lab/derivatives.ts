import { z } from 'zod'
import { DerivativesSettings } from '#shared/schema/lab-settings'
import type { DerivativeInput } from '../../diffusion/derivative'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { makeTransport } from '../../diffusion/transports/table'
import type { Transport } from '../../diffusion/transports/transport'
import { f32, sizeOf } from '../../ir/tensor'
import { isTextConditional } from '../../models/tim/config'
import { openTim, readTimWeights } from '../../models/tim/load'
import { timNetworkGraph, type TimCondition } from '../../models/tim/network-graph'
import { componentFolder } from '../../weights/manifest'
import { openPrompts } from '../generate/open-prompts'
import { concludeDerivatives } from './derivatives-conclusion'
import { DerivativeProbe, relativeDistance } from './derivative-probe'
import { defineExperiment, type Hearing, type Instrument, type LabBench, type Piece } from './experiment'
import { threadsOf } from './truth'
import { TrialRecord, type Variant } from './trials/trial'
import { TrialBench, trialPieces } from './trials/trial-experiment'

/** What the ways to dF/dt are called: `jvp`, `dde-0.005`. */
const Way = z.string()

export const DerivativeRecord = z.union([
  z.object({ is: z.literal('errors'), errors: z.record(Way, z.array(z.number())), doubts: z.array(z.number()) }),
  z.object({ is: z.literal('costs'), seconds: z.record(Way, z.number()), bytes: z.record(Way, z.number()) }),
  TrialRecord,
])
export type DerivativeRecord = z.infer<typeof DerivativeRecord>

/** The reference's largest step, as a share of the path, and how often it is halved. */
const LARGEST = 0.08
const LEVELS = 4

export const derivatives = defineExperiment<DerivativesSettings, DerivativeRecord>({
  name: 'derivatives',
  title: 'Derivatives',
  about: 'dF/dt by central difference (DDE) and by forward mode (JVP): error, time, memory, and what training makes of each.',
  settings: DerivativesSettings,
  measurement: DerivativeRecord,
  pieces: (settings) => [
    { key: 'errors', what: 'errors of dF/dt' },
    { key: 'costs', what: 'time and memory of dF/dt' },
    ...trialPieces(variantsOf(settings), settings),
  ],
  open: (settings, bench) => Promise.resolve(new DerivativeInstrument(settings, bench)),
  conclude: (settings, found) => concludeDerivatives(settings, found, variantsOf(settings)),
})

function variantsOf({ epsilons }: DerivativesSettings): Variant[] {
  return [
    ...epsilons.map((epsilon): Variant => ({
      key: `dde-${epsilon}`,
      name: `DDE, ε ${epsilon}`,
      cells: { way: 'DDE', epsilon },
      objective: { derivative: 'dde', epsilon },
    })),
    { key: 'jvp', name: 'JVP', cells: { way: 'JVP' }, objective: { derivative: 'jvp' } },
  ]
}

class DerivativeInstrument implements Instrument<DerivativeRecord> {
  private readonly trials: TrialBench

  constructor(
    private readonly settings: DerivativesSettings,
    private readonly bench: LabBench,
  ) {
    this.trials = new TrialBench(settings, bench, variantsOf(settings))
  }

  async measure(piece: Piece, hearing: Hearing): Promise<DerivativeRecord> {
    if (piece.key !== 'errors' && piece.key !== 'costs') return this.trials.measure(piece, hearing)
    const probe = this.probe()
    try {
      return await (piece.key === 'errors' ? this.errors(probe, hearing) : this.costs(probe, hearing))
    } finally {
      await probe.release()
    }
  }

  release(): Promise<void> {
    return this.trials.release()
  }

  private get transport(): Transport {
    const { name, params } = this.bench.model.manifest.transport
    return makeTransport(name, params)
  }

  private probe(): DerivativeProbe<TimCondition> {
    const checkpoint = openTim(componentFolder(this.bench.model, 'transformer'))
    const options = threadsOf(this.bench.task)
    return new DerivativeProbe(timNetworkGraph(checkpoint.config), this.transport, readTimWeights(checkpoint), options)
  }

  private async errors(probe: DerivativeProbe<TimCondition>, { progress }: Hearing): Promise<DerivativeRecord> {
    const { samples, epsilons } = this.settings
    const errors: Record<string, number[]> = { jvp: [], ...Object.fromEntries(epsilons.map((e) => [`dde-${e}`, []])) }
    const doubts: number[] = []
    const { max, min } = this.transport.time
    const inputs = await this.inputs()
    for (const [i, input] of inputs.entries()) {
      await progress(i / samples)
      const { value, doubt } = await probe.reference(input, LARGEST * (max - min), LEVELS)
      doubts.push(doubt)
      errors['jvp']?.push(relativeDistance(await probe.jvp(input), value))
      for (const epsilon of epsilons) errors[`dde-${epsilon}`]?.push(relativeDistance(await probe.dde(input, epsilon), value))
    }
    return { is: 'errors', errors, doubts }
  }

  /** Best of several runs each, in turn, so that what else the machine does meets all alike. */
  private async costs(probe: DerivativeProbe<TimCondition>, { progress }: Hearing): Promise<DerivativeRecord> {
    const { runs, epsilons } = this.settings
    const [input] = await this.inputs()
    const [epsilon = 0.005] = epsilons
    if (!input) throw new RangeError('An experiment has samples.')
    const ways = { dde: () => probe.dde(input, epsilon), jvp: () => probe.jvp(input) } as const
    const seconds: Record<string, number> = {}
    // One run first, unmeasured: it opens the sessions.
    for (let run = -1; run < runs; run++) {
      await progress(Math.max(0, run) / runs)
      for (const [way, work] of Object.entries(ways)) {
        const from = performance.now()
        await work()
        if (run >= 0) seconds[way] = Math.min(seconds[way] ?? Infinity, (performance.now() - from) / 1000)
      }
    }
    return { is: 'costs', seconds, bytes: probe.memory(input, epsilon) }
  }

  /** Samples one by one, at times well inside the path: (x, z, t, r) as in training. */
  private async inputs(): Promise<DerivativeInput<TimCondition>[]> {
    const { settings, bench } = this
    const { manifest } = bench.model
    const { width, height } = manifest.defaults
    const { factor, channels } = manifest.latent
    const shape = [1, channels, height / factor, width / factor]
    const random = new RandomStream(settings.seed)
    const { max, min } = this.transport.time
    const fromSet = manifest.components.encoder?.sha256 === bench.set.encoder
    const conditions = await this.conditions()
    return Array.from({ length: settings.samples }, (_, i) => {
      const share = 0.2 + 0.6 * random.uniform()
      const [t, r] = [min + share * (max - min), min + share * random.uniform() * (max - min)]
      const { thing = 0, style = 0, background = 0 } = bench.set.prompts[i % bench.set.prompts.length] ?? {}
      const z = imageNoise('philox4x32-10/1', settings.seed, i).start(sizeOf(shape))
      const x = fromSet ? bench.set.latent(thing, style, background) : random.normals(sizeOf(shape))
      const condition = conditions[i] ?? { classes: [0] }
      return { x: f32(shape, x), z: f32(shape, z), t: Float64Array.of(t), r: Float64Array.of(r), condition }
    })
  }

  private async conditions(): Promise<TimCondition[]> {
    const { model, set, task } = this.bench
    const { samples } = this.settings
    const { config } = openTim(componentFolder(model, 'transformer'))
    if (!isTextConditional(config)) return Array.from({ length: samples }, (_, i) => ({ classes: [i % config.num_classes] }))
    const prompts = openPrompts(model, threadsOf(task))
    const conditions: TimCondition[] = []
    for (let i = 0; i < samples; i++) {
      const prompt = set.prompts[i % set.prompts.length]?.text ?? ''
      conditions.push((await prompts.conditionsOf({ prompt, negativePrompt: '' })).condition)
    }
    await prompts.release()
    return conditions
  }
}
