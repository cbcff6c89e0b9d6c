import { createBuilder } from '../../ops/table'
import type { Builder } from '../../ir/builder'
import type { Graph } from '../../ir/graph'
import { EngineError } from '../../ir/errors'
import { f32, i64, sizeOf, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import type { TransitionNetwork } from '../../diffusion/network'
import { plainNet, type Net } from '../../nn/net'
import { openSession, type Session, type SessionOptions } from '../../runtime/session'
import { captionOf, conditioning, rotaryInputs, transformer } from './build'
import { headWidth, isTextConditional, modulationCount, tokenWidth, type TimConfig } from './config'
import { timeInputs } from './embed'
import { patchify, rotaryTables, unpatchify } from './host'
import { timeFeeds, type TimCondition } from './network-graph'

type Feeds = Record<string, Tensor>

/**
 * A TiM network for sampling, in three sessions that share one copy of the weights: conditioning (once per (t, r) and class),
 * caption keys and values (once per prompt) and the transformer (once per step). Conditions hold one sample, which all
 * pictures of a call share, or one for each picture.
 */
export class TimNetwork implements TransitionNetwork<TimCondition> {
  private readonly sessions = new Map<string, Promise<Session>>()
  private readonly captions = new WeakMap<TimCondition, Promise<Feeds>>()
  private readonly grids = new Map<string, Feeds>()
  private lastConditioning: { readonly key: string; readonly feeds: Feeds } | undefined

  constructor(
    readonly config: TimConfig,
    private readonly options: SessionOptions,
    private readonly net: (b: Builder) => Net = plainNet,
  ) {}

  async predict(
    x: Tensor<'f32'>,
    t: Float64Array,
    r: Float64Array,
    conditions: readonly TimCondition[],
  ): Promise<Tensor<'f32'>[]> {
    const batch = x.shape[0] ?? 0
    const tokens = patchify(x, this.config.patch_size)
    const grid = this.gridFeeds((x.shape[2] ?? 0) / this.config.patch_size, (x.shape[3] ?? 0) / this.config.patch_size)
    const results: Tensor<'f32'>[] = []
    // One pass a condition: measured no slower than one pass of double batch, at half the memory.
    for (const condition of conditions) {
      const times = await this.conditioningFeeds(t, r, condition, batch)
      const caption = await this.captionFeeds(condition, batch)
      const rows = times['final']?.shape[0] === batch ? 'b' : 1
      const captionRows = caption['caption.k.0']?.shape[0] === batch ? 'b' : 1
      const session = await this.session(`body ${rows} ${captionRows}`, (net) => this.bodyGraph(net, rows, captionRows))
      const { out } = await session.run({ tokens, ...grid, ...times, ...caption })
      if (out?.dtype !== 'f32') throw new EngineError('tim.result', 'The network gave no f32 result.', 'See `tim doctor`.')
      results.push(unpatchify(out as Tensor<'f32'>, x.shape, this.config.patch_size))
    }
    return results
  }

  /** Releases the sessions; the network opens them again at its next use. */
  async release(): Promise<void> {
    const open = [...this.sessions.values()]
    this.sessions.clear()
    this.lastConditioning = undefined
    for (const session of open) await (await session).release()
  }

  private async conditioningFeeds(t: Float64Array, r: Float64Array, condition: TimCondition, batch: number): Promise<Feeds> {
    const same = t.every((time, i) => time === t[0] && r[i] === r[0])
    const classes = 'classes' in condition ? condition.classes : undefined
    const rows = same && (classes?.length ?? 1) === 1 ? 1 : batch
    const key = `${[...t.subarray(0, rows)].join()}|${[...r.subarray(0, rows)].join()}|${classes?.join() ?? ''}`
    if (this.lastConditioning?.key === key) return this.lastConditioning.feeds
    const session = await this.session('conditioning', (net) => this.conditioningGraph(net))
    const ids = classes && Array.from({ length: rows }, (_, i) => classes[classes.length === 1 ? 0 : i] ?? 0)
    const feeds = await session.run({ ...timeFeeds(t.slice(0, rows), r.slice(0, rows)), ...(ids ? { y: i64([rows], ids) } : {}) })
    this.lastConditioning = { key, feeds }
    return feeds
  }

  private async captionFeeds(condition: TimCondition, batch: number): Promise<Feeds> {
    if (!('y' in condition)) return {}
    const rows = condition.y.shape[0] ?? 0
    if (rows !== 1 && rows !== batch) {
      throw new EngineError(
        'tim.condition',
        `${rows} captions for ${batch} pictures.`,
        'Give one caption, or one for each picture.',
      )
    }
    const known = this.captions.get(condition)
    if (known) return known
    const made = this.session('caption', (net) => this.captionGraph(net)).then((session) => session.run({ y: condition.y }))
    this.captions.set(condition, made)
    return made
  }

  private gridFeeds(height: number, width: number): Feeds {
    const key = `${height}x${width}`
    const known = this.grids.get(key)
    if (known) return known
    const tables = rotaryTables(this.config, height, width)
    const feeds = { 'rotary.cos': tables.cos, 'rotary.sin': tables.sin }
    this.grids.set(key, feeds)
    return feeds
  }

  private session(name: string, graphOf: (net: Net) => Graph): Promise<Session> {
    const known = this.sessions.get(name)
    if (known) return known
    const made = openSession(graphOf(this.net(createBuilder())), this.options)
    this.sessions.set(name, made)
    return made
  }

  private conditioningGraph(net: Net): Graph {
    const classes = isTextConditional(this.config) ? undefined : net.b.input('y', 'i64', ['c'])
    const { blocks, final } = conditioning(net, this.config, timeInputs(net, 'c'), classes)
    const outputs: Record<string, Value> = { final }
    blocks.forEach(({ modulation, distance }, i) => {
      outputs[`modulation.${i}`] = modulation
      if (distance) outputs[`distance.${i}`] = distance
    })
    return net.b.graph(outputs)
  }

  private captionGraph(net: Net): Graph {
    if (!isTextConditional(this.config)) throw new TypeError('no captions without text')
    const outputs: Record<string, Value> = {}
    captionOf(net, this.config, net.b.input('y', 'f32', ['c', 'm', this.config.cap_feat_dim])).forEach(({ k, v }, i) => {
      outputs[`caption.k.${i}`] = k
      outputs[`caption.v.${i}`] = v
    })
    return net.b.graph(outputs)
  }

  private bodyGraph(net: Net, rows: 'b' | 1, captionRows: 'b' | 1): Graph {
    const { config } = this
    const { b } = net
    const width = config.hidden_size
    const head = [config.num_heads, 'm', headWidth(config)] as const
    const indices = Array.from({ length: config.depth }, (_, i) => i)
    const blocks = indices.map((i) => ({
      modulation: b.input(`modulation.${i}`, 'f32', [rows, 1, modulationCount(config) * width]),
      distance: config.distance_aware ? b.input(`distance.${i}`, 'f32', [rows, 1, 3 * width]) : undefined,
    }))
    const caption = isTextConditional(config)
      ? indices.map((i) => ({
          k: b.input(`caption.k.${i}`, 'f32', [captionRows, ...head]),
          v: b.input(`caption.v.${i}`, 'f32', [captionRows, ...head]),
        }))
      : undefined
    const given = {
      conditioning: { blocks, final: b.input('final', 'f32', [rows, 1, 2 * width]) },
      rotary: rotaryInputs(net, config),
    }
    const tokens = b.input('tokens', 'f32', ['b', 'n', tokenWidth(config)])
    return b.graph({ out: transformer(net, config, tokens, caption ? { ...given, caption } : given) })
  }
}

/** Features of one caption for several pictures. Shape: (1,M,C) → (count,M,C). */
export function repeatCaption(y: Tensor<'f32'>, count: number): Tensor<'f32'> {
  const data = new Float32Array(sizeOf(y.shape) * count)
  for (let i = 0; i < count; i++) data.set(y.data, i * y.data.length)
  return f32([count, ...y.shape.slice(1)], data)
}
