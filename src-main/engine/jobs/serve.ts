import { ToEngine, type FoundModel, type FromEngine, type GenerateTask, type ModelPlace } from '#shared/engine/protocol'
import type { Failure } from '#shared/ipc/failure'
import type { JobId } from '#shared/schema/id'
import type { TimCondition } from '../models/tim/network-graph'
import { generate, Stopped } from './generate/generate'
import { listModels } from './generate/list-models'
import { LoadedModels } from './generate/loaded-models'
import { DeviceChoice } from './generate/device-choice'
import type { OpenModelOptions } from './generate/open-model'
import { drawingParts, modelOpener, requireMemory } from './generate/parts'
import { jobFailure } from './job-failure'
import { runErrand } from './models/download/run-errand'

const cancelled: Failure = { code: 'cancelled', message: 'Cancelled.', remedy: 'Generate again whenever you like.' }

/**
 * The engine's side of the protocol: takes messages, runs jobs one at a time in the order they came, and tells how they go.
 * `say` brings a message to main.
 */
export class EngineService {
  private readonly models: LoadedModels<TimCondition>
  private readonly stops = new Map<JobId, AbortController>()
  private readonly errand = new AbortController()
  /** Computations block the thread and share its memory, so that they follow each other. */
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly say: (message: FromEngine) => void,
    private readonly report: (line: string) => void,
    options: OpenModelOptions = {},
    private readonly devices = new DeviceChoice(),
  ) {
    this.models = new LoadedModels<TimCondition>(
      modelOpener(options, devices),
      (provider, why) => this.report(`${provider} was refused: ${String(why)}`),
      (files) => this.say({ type: 'mapped', files: [...files].map(([path, identity]) => ({ path, ...identity })) }),
    )
  }

  /** Says that it is there, with the providers it can try. */
  begin(): void {
    this.say({ type: 'ready', providers: this.devices.working })
  }

  /** Takes a message. One that does not hold is refused with the reason. */
  receive(raw: unknown): void {
    const message = ToEngine.safeParse(raw)
    if (!message.success) return this.say({ type: 'refused', why: message.error.message })
    const asked = message.data
    switch (asked.type) {
      case 'run': {
        const stop = new AbortController()
        this.stops.set(asked.job, stop)
        return this.next(() => this.run(asked.job, asked.task, stop.signal))
      }
      case 'cancel':
        return this.stops.get(asked.job)?.abort()
      case 'list-models':
        return this.next(async () => this.say({ type: 'models', ask: asked.ask, models: await this.modelsIn(asked.places) }))
      case 'warm':
        return this.next(() => this.warm(asked))
      case 'errand':
        return void runErrand(asked.errand, (news) => this.say({ type: 'errand', news }), this.errand.signal)
      case 'stop-errand':
        return this.errand.abort()
    }
  }

  /** The models in some folders, each with the provider that would draw it. */
  private async modelsIn(places: readonly ModelPlace[]): Promise<FoundModel[]> {
    const found = await listModels(places)
    return found.map(({ folder, card }) => ({ folder, card: { ...card, provider: this.devices.providerFor(folder) } }))
  }

  private next(work: () => Promise<void>): void {
    this.last = this.last.then(work).catch((error: unknown) => this.say({ type: 'refused', why: String(error) }))
  }

  private async run(job: JobId, task: GenerateTask, signal: AbortSignal): Promise<void> {
    try {
      for await (const news of generate(task, drawingParts(this.devices, this.models), signal))
        this.say({ type: 'news', job, news })
    } catch (error) {
      const failure = error instanceof Stopped ? cancelled : jobFailure(error, task.recipe.model.name)
      this.say({ type: 'news', job, news: { is: 'failed', failure } })
    } finally {
      this.stops.delete(job)
    }
  }

  /** Loads a model and runs each of its parts once, so that the first picture does not wait. What fails here fails again in a job, which says so. */
  private async warm({ model, recipe }: Extract<ToEngine, { type: 'warm' }>): Promise<void> {
    try {
      requireMemory(model, recipe)
      const loaded = await this.models.get(model, recipe)
      const { condition } = await loaded.conditionsOf(recipe)
      const shape = loaded.latentShape(recipe.width, recipe.height)
      const latent = { dtype: 'f32' as const, shape, data: new Float32Array(shape.reduce((product, dim) => product * dim, 1)) }
      const [{ max, min }] = [loaded.transport.time]
      await loaded.network.predict(latent, Float64Array.of(max), Float64Array.of(min), [condition])
      await loaded.decode(latent)
    } catch (error) {
      this.report(`warming up failed: ${String(error)}`)
    }
  }
}
