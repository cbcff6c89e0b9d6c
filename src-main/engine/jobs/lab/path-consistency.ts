import { z } from 'zod'
import { PathConsistencySettings } from '#shared/schema/lab-settings'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { linear, type Numbers } from '../../diffusion/linear'
import { noised } from '../../diffusion/path'
import { sample } from '../../diffusion/sampler'
import { timeGrid } from '../../diffusion/grid'
import { f32, sizeOf } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import type { DrawingModel } from '../generate/drawing-model'
import { openModel } from '../generate/open-model'
import { needPrompts } from './draw-prompt'
import { defineExperiment, type Hearing, type Instrument, type LabBench, type Piece } from './experiment'
import { concludePaths } from './path-conclusion'
import { threadsOf } from './truth'

/** Of one pair of times: for each number of jumps and each sample, how far one jump lands from them, as a share of their way. */
export const PathRecord = z.object({
  apart: z.array(z.array(z.number())),
  /** The same for one straight step along the flow (the network told r = t), against the most jumps. */
  straight: z.array(z.number()),
  /** Whether the states are pictures of the set with noise; else points of the model's own paths. */
  fromSet: z.boolean(),
})
export type PathRecord = z.infer<typeof PathRecord>

/** Steps of the whole path that lead to a state, where it is the model's own. */
const OWN_STEPS = 32

export const pathConsistency = defineExperiment<PathConsistencySettings, PathRecord>({
  name: 'path-consistency',
  title: 'Path consistency',
  about: 'One jump from t to r against several jumps over the same way: the state transition identity, measured.',
  settings: PathConsistencySettings,
  measurement: PathRecord,
  pieces(settings, { model }) {
    needPrompts(model)
    return pairsOf(settings).map(({ t, r }) => ({ key: pairKey(t, r), what: `${t} → ${r}` }))
  },
  async open(settings, bench) {
    return new PathInstrument(settings, bench, await openModel(bench.task.model, 'cpu', threadsOf(bench.task)))
  },
  conclude: (settings, found) =>
    concludePaths(
      settings,
      pairsOf(settings).flatMap(({ t, r }) => {
        const record = found.get(pairKey(t, r))
        return record ? [{ t, r, record }] : []
      }),
    ),
})

function pairsOf({ times }: PathConsistencySettings): { readonly t: number; readonly r: number }[] {
  const falling = [...new Set(times)].sort((a, b) => b - a)
  return falling.flatMap((t, i) => falling.slice(i + 1).map((r) => ({ t, r })))
}

function pairKey(t: number, r: number): string {
  return `from-${t}-to-${r}`
}

class PathInstrument implements Instrument<PathRecord> {
  constructor(
    private readonly settings: PathConsistencySettings,
    private readonly bench: LabBench,
    private readonly model: DrawingModel<TimCondition>,
  ) {}

  async measure({ key }: Piece, { progress }: Hearing): Promise<PathRecord> {
    const { jumps, samples } = this.settings
    const [, late = 0, early = 0] = (/^from-(.+)-to-(.+)$/.exec(key) ?? []).map(Number)
    const { max, min } = this.model.transport.time
    const [t, r] = [min + late * (max - min), min + early * (max - min)]
    const apart: number[][] = jumps.map(() => [])
    const straight: number[] = []
    for (let i = 0; i < samples; i++) {
      await progress(i / samples)
      const { condition } = await this.model.conditionsOf({ prompt: this.promptOf(i), negativePrompt: '' })
      const state = await this.stateAt(t, i, condition)
      const one = await this.jump(state, t, r, condition, r)
      const composed: Numbers[] = []
      for (const [k, count] of jumps.entries()) {
        const many = await this.path(state, timeGrid(t, r, count), condition)
        composed.push(many)
        apart[k]?.push(distance(one, many) / distance(state, many))
      }
      const finest = composed[jumps.indexOf(Math.max(...jumps))] ?? one
      straight.push(distance(await this.jump(state, t, r, condition, t), finest) / distance(state, finest))
    }
    return { apart, straight, fromSet: this.fromSet }
  }

  async release(): Promise<void> {
    await this.model.release()
  }

  /** The set's latents mean something to this model's network. */
  private get fromSet(): boolean {
    return this.bench.model.manifest.components.encoder?.sha256 === this.bench.set.encoder
  }

  private promptOf(index: number): string {
    const { prompts } = this.bench.set
    return prompts[index % prompts.length]?.text ?? ''
  }

  private get shape(): readonly number[] {
    const { width, height } = this.bench.model.manifest.defaults
    return this.model.latentShape(width, height)
  }

  /** x_t: a picture of the set with noise, or what the model itself has come to at t. */
  private async stateAt(t: number, index: number, condition: TimCondition): Promise<Numbers> {
    const { set } = this.bench
    const { transport, network } = this.model
    const z = imageNoise('philox4x32-10/1', this.settings.seed, index).start(sizeOf(this.shape))
    const { thing = 0, style = 0, background = 0 } = set.prompts[index % set.prompts.length] ?? {}
    if (this.fromSet) return noised(transport, { x: set.latent(thing, style, background), z, t: Float64Array.of(t) })
    const { max, min } = transport.time
    if (t === max) return z
    const steps = Math.max(1, Math.round((OWN_STEPS * (max - t)) / (max - min)))
    let x: Numbers = z
    const path = sample(network, { transport, z: f32(this.shape, z), steps, condition, tMin: t })
    for await (const { state } of path) x = state.x
    return x
  }

  private async path(state: Numbers, grid: Float64Array, condition: TimCondition): Promise<Numbers> {
    let x = state
    for (const [i, t] of [...grid].slice(0, -1).entries())
      x = await this.jump(x, t, grid[i + 1] ?? t, condition, grid[i + 1] ?? t)
    return x
  }

  /** One step of the transport from t to r, the network being told `told`. No guidance: transitions are learnt without. */
  private async jump(x: Numbers, t: number, r: number, condition: TimCondition, told: number): Promise<Float64Array> {
    const { transport, network } = this.model
    const times = [t, told].map((time) => Float64Array.of(transport.networkTime(time)))
    const [F] = await network.predict(
      f32(this.shape, Float32Array.from(x)),
      times[0] ?? Float64Array.of(),
      times[1] ?? Float64Array.of(),
      [condition],
    )
    const by = transport.step(t, r)
    return linear(1, [
      { name: 'x', data: x, coefficient: () => by.xt },
      { name: 'F', data: F?.data ?? new Float32Array(0), coefficient: () => by.F },
    ])
  }
}

/** ‖a − b‖₂. */
function distance(a: Numbers, b: Numbers): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2
  return Math.sqrt(sum)
}
