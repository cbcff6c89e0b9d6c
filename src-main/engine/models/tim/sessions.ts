import type { Builder } from '../../ir/builder'
import type { Graph } from '../../ir/graph'
import type { Tensor } from '../../ir/tensor'
import type { Net } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { forProvider } from '../../passes/for-provider'
import { fuse } from '../../passes/fuse'
import { openSession, type Session, type SessionOptions } from '../../runtime/session'

export type Feeds = Record<string, Tensor>

/** Sessions by name, opened at their first use; kept, or closed as soon as their work is done. */
export class Sessions {
  private readonly open = new Map<string, Promise<Session>>()

  constructor(
    private readonly options: SessionOptions,
    private readonly net: (b: Builder) => Net,
    private readonly keep: boolean,
  ) {}

  /**
   * Runs a graph for each of some feeds, its results in `into` where that is given. The graph is asked for where its session is not open.
   * With `stop`, messages are let in before each run, and the signal's reason is thrown once it is aborted.
   */
  async run(
    name: string,
    graphOf: (net: Net) => Graph,
    feeds: readonly Feeds[],
    into?: readonly Feeds[],
    stop?: AbortSignal,
  ): Promise<Feeds[]> {
    const session = await this.session(name, graphOf)
    try {
      const results: Feeds[] = []
      for (const [i, one] of feeds.entries()) {
        if (stop) await breathe(stop)
        results.push(await session.run(one, into?.[i]))
      }
      return results
    } finally {
      if (!this.keep) await this.close(name)
    }
  }

  /** Closes every session; each opens again at its next use. */
  async release(): Promise<void> {
    for (const name of [...this.open.keys()]) await this.close(name)
  }

  private session(name: string, graphOf: (net: Net) => Graph): Promise<Session> {
    const known = this.open.get(name)
    if (known) return known
    const graph = graphOf(this.net(createBuilder()))
    const onCpu = this.options.provider === undefined || this.options.provider === 'cpu'
    const made = openSession(onCpu ? fuse(graph) : forProvider(graph, this.options.provider, this.options.fused), this.options)
    this.open.set(name, made)
    return made
  }

  private async close(name: string): Promise<void> {
    const session = this.open.get(name)
    this.open.delete(name)
    await (await session)?.release()
  }
}

/** A run never lets anything else happen; between two runs there is time for a message, such as the wish to stop. */
async function breathe(stop: AbortSignal): Promise<void> {
  await new Promise(setImmediate)
  stop.throwIfAborted()
}
