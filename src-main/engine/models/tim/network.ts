import type { Builder } from '../../ir/builder'
import { EngineError } from '../../ir/errors'
import type { Graph } from '../../ir/graph'
import { f32, i64, sizeOf, zeros, type Tensor } from '../../ir/tensor'
import type { TransitionNetwork } from '../../diffusion/network'
import { plainNet, type Net } from '../../nn/net'
import type { SessionOptions } from '../../runtime/session'
import type { AdapterStack } from '../peft/stack'
import { isTextConditional, type TimConfig } from './config'
import { Buffers } from './buffers'
import { patchify, rotaryTables, unpatchify } from './host'
import { timeFeeds, type TimCondition } from './network-graph'
import { alwaysApart, type PassChoice } from './pass-choice'
import { blockRanges, bodyGraph, captionGraph, conditioningGraph, type BlockRange, type Rows } from './parts'
import { Sessions, type Feeds } from './sessions'
import { joinRows, splitRows } from './rows'

/**
 * How the blocks lie in memory: `joined` in one session, `apart` each in its own (weights mapped from their file serve all of them),
 * `streamed` one at a time, opened and closed around its work.
 */
export type BlockPlacement = 'joined' | 'apart' | 'streamed'

export interface TimNetworkOptions extends SessionOptions {
  readonly blocks?: BlockPlacement
  /** Whether a condition and its opposite go through the network together. Default: one after the other, at half the memory. */
  readonly passes?: PassChoice
}

/** One pass through the body: its tokens and what they are modulated by. */
interface Pass {
  readonly batch: number
  readonly tokens: Tensor<'f32'>
  readonly times: Feeds
  readonly caption: Feeds
}

/**
 * A TiM network for sampling, in parts that share one copy of the weights: conditioning (once per (t, r) and class), caption keys
 * and values (once per prompt) and the transformer (once per step). Conditions hold one sample, which all pictures of a call share,
 * or one for each picture.
 */
export class TimNetwork implements TransitionNetwork<TimCondition> {
  private readonly sessions: Sessions
  private readonly ranges: readonly BlockRange[]
  private readonly passes: PassChoice
  /** Of conditioning and captions: a block at a time only where no more may be in memory. */
  private readonly onceRanges: readonly BlockRange[]
  private captions = new WeakMap<TimCondition, Promise<Feeds>>()
  private readonly grids = new Map<string, Feeds>()
  private adapters: AdapterStack | undefined
  private stop: AbortSignal | undefined
  private lastConditioning: { readonly key: string; readonly feeds: Feeds } | undefined

  constructor(
    readonly config: TimConfig,
    { blocks = 'joined', passes = alwaysApart, ...options }: TimNetworkOptions,
    net: (b: Builder) => Net = plainNet,
  ) {
    this.sessions = new Sessions(options, net, blocks !== 'streamed')
    this.ranges = blockRanges(config, blocks !== 'joined')
    this.onceRanges = blockRanges(config, blocks === 'streamed')
    this.passes = passes
  }

  async predict(
    x: Tensor<'f32'>,
    t: Float64Array,
    r: Float64Array,
    conditions: readonly TimCondition[],
  ): Promise<Tensor<'f32'>[]> {
    const tokens = patchify(x, this.config.patch_size)
    const [, , height = 0, width = 0] = x.shape
    const grid = this.gridFeeds(height / this.config.patch_size, width / this.config.patch_size)
    const passes: Pass[] = []
    for (const condition of conditions) {
      const batch = x.shape[0] ?? 0
      const times = await this.conditioningFeeds(t, r, condition, batch)
      passes.push({ batch, tokens, times, caption: await this.captionFeeds(condition, batch) })
    }
    const apart = (): Promise<Tensor<'f32'>[]> => this.body(passes, grid)
    const joint = canJoin(passes)
    const [pictures = 0, perPicture = 0] = tokens.shape
    const name = `${tokens.shape.join('x')} ${passes[0]?.caption['caption.k.0']?.shape.join('x') ?? ''}`
    const size = { name, tokens: pictures * perPicture }
    const out = await (joint
      ? this.passes(size, apart, async () => {
          const [both] = await this.body([joinPasses(passes)], grid)
          return both ? splitRows(both, passes.length) : []
        })
      : apart())
    return out.map((one) => unpatchify(one, x.shape, this.config.patch_size))
  }

  /**
   * Adapters from now on, or none. Their factors go with every run, so that nothing of the network itself is loaded again; stacks on the
   * same layers share their sessions.
   */
  use(adapters: AdapterStack | undefined): void {
    this.adapters = adapters
    this.lastConditioning = undefined
    this.captions = new WeakMap()
  }

  /** Passes stop between two parts of the network when the signal is aborted, from now on, and throw its reason. */
  stopAt(signal: AbortSignal | undefined): void {
    this.stop = signal
  }

  /**
   * Opens the sessions that every pass needs and runs each once on a single token, so that no step is slower for being the first: the
   * weights of a mapped file get their place in memory, and a session's threads, which wait busily from when they are made, come to
   * rest before the next session's are. Nothing where blocks are streamed.
   */
  async open(): Promise<void> {
    if (this.onceRanges.length > 1) return
    const { config } = this
    const x = zeros('f32', [1, config.in_channels, config.patch_size, config.patch_size])
    const condition = isTextConditional(config) ? { y: zeros('f32', [1, 1, config.cap_feat_dim]) } : { classes: [0] }
    await this.predict(x, Float64Array.of(1), Float64Array.of(0), [condition])
  }

  /** Releases the sessions; the network opens them again at its next use. */
  async release(): Promise<void> {
    this.lastConditioning = undefined
    this.captions = new WeakMap()
    await this.sessions.release()
  }

  /** The transformer for each pass: every block is used for all passes before the next one. */
  private async body(passes: readonly Pass[], grid: Feeds): Promise<Tensor<'f32'>[]> {
    const [first] = passes
    if (!first) return []
    const rows: Rows = {
      times: first.times['final']?.shape[0] === 1 ? 1 : 'b',
      caption: first.caption['caption.k.0']?.shape[0] === first.batch ? 'b' : 1,
    }
    let states: Feeds[] = passes.map(({ tokens }) => ({ tokens }))
    const free = new Buffers(this.config.hidden_size)
    for (const range of this.ranges) {
      const feeds = passes.map(({ times, caption }, i) => ({ ...states[i], ...grid, ...times, ...caption }))
      const name = bodyName(range, rows)
      // Results of 28 blocks would wait for the collector: two buffers a pass, one read and one written, serve all of them.
      const into =
        range.to < this.config.depth ? states.map((state, i) => free.take(i, state, passes[i]?.tokens.shape)) : undefined
      states = await this.run(name, (net) => bodyGraph(net, this.config, range, rows), feeds, into)
    }
    return states.map(({ out }) => {
      if (out?.dtype !== 'f32') throw new EngineError('tim.result', 'The network gave no f32 result.', 'See `tim doctor`.')
      return out as Tensor<'f32'>
    })
  }

  private async conditioningFeeds(t: Float64Array, r: Float64Array, condition: TimCondition, batch: number): Promise<Feeds> {
    const same = t.every((time, i) => time === t[0] && r[i] === r[0])
    const classes = 'classes' in condition ? condition.classes : undefined
    const rows = same && (classes?.length ?? 1) === 1 ? 1 : batch
    const key = `${[...t.subarray(0, rows)].join()}|${[...r.subarray(0, rows)].join()}|${classes?.join() ?? ''}`
    if (this.lastConditioning?.key === key) return this.lastConditioning.feeds
    const ids = classes && Array.from({ length: rows }, (_, i) => classes[classes.length === 1 ? 0 : i] ?? 0)
    const given = { ...timeFeeds(t.slice(0, rows), r.slice(0, rows)), ...(ids ? { y: i64([rows], ids) } : {}) }
    const feeds = await this.once('conditioning', given)
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
    const made = this.once('caption', { y: condition.y })
    this.captions.set(condition, made)
    return made
  }

  /** What depends on the times or the caption alone, for all blocks. */
  private async once(what: 'conditioning' | 'caption', feeds: Feeds): Promise<Feeds> {
    const graphOf = what === 'caption' ? captionGraph : conditioningGraph
    const all: Feeds = {}
    for (const range of this.onceRanges) {
      const [found] = await this.run(`${what} ${range.from}`, (net) => graphOf(net, this.config, range), [feeds])
      Object.assign(all, found)
    }
    return all
  }

  private run(name: string, graphOf: (net: Net) => Graph, feeds: readonly Feeds[], into?: readonly Feeds[]): Promise<Feeds[]> {
    const { adapters, stop } = this
    if (!adapters) return this.sessions.run(name, graphOf, feeds, into, stop)
    const given = feeds.map((one) => ({ ...one, ...adapters.factors }))
    return this.sessions.run(`${name} ${adapters.layout}`, (net) => graphOf(adapters.around(net)), given, into, stop)
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
}

function bodyName({ from }: BlockRange, { times, caption }: Rows): string {
  return `body ${from} ${times} ${caption}`
}

/** Whether what passes share and what they do not allows them to be one batch. */
function canJoin(passes: readonly Pass[]): boolean {
  const [first, ...others] = passes
  if (!first || others.length === 0) return false
  const sameTimes = passes.every(({ times }) => times === first.times && times['final']?.shape[0] === 1)
  const alike = Object.entries(first.caption).every(([name, { shape }]) =>
    passes.every(({ caption, batch }) => caption[name]?.shape.join() === shape.join() && shape[0] === batch),
  )
  return sameTimes && alike
}

/** All passes as one of their joint batch. */
function joinPasses(passes: readonly Pass[]): Pass {
  const [first] = passes
  if (!first) throw new TypeError('no passes to join')
  const join = (name: string): Tensor<'f32'> => joinRows(passes.map(({ caption }) => caption[name] as Tensor<'f32'>))
  return {
    batch: first.batch * passes.length,
    tokens: joinRows(passes.map(({ tokens }) => tokens)),
    times: first.times,
    caption: Object.fromEntries(Object.keys(first.caption).map((name) => [name, join(name)])),
  }
}

/** Features of one caption for several pictures. Shape: (1,M,C) → (count,M,C). */
export function repeatCaption(y: Tensor<'f32'>, count: number): Tensor<'f32'> {
  const data = new Float32Array(sizeOf(y.shape) * count)
  for (let i = 0; i < count; i++) data.set(y.data, i * y.data.length)
  return f32([count, ...y.shape.slice(1)], data)
}
