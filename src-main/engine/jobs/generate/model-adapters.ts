import type { AdapterUse } from '#shared/schema/recipe'
import type { Tensor } from '../../ir/tensor'
import { AdapterError } from '../../models/peft/adapter'
import { stackAdapters, type StackedAdapter } from '../../models/peft/stack'
import { WeightChanges } from '../../models/peft/weight-change'
import type { TimCheckpoint } from '../../models/tim/load'
import type { TimNetwork } from '../../models/tim/network'
import { readF32 } from '../../weights/convert'
import type { ModelFolder } from '../../weights/manifest'
import { openAdapter } from '../adapters/open-adapter'
import { adapterHash } from '../adapters/store'

/** An adapter of a recipe, and the folder it lies in. */
export interface AdapterInUse extends AdapterUse {
  readonly folder: string
}

/** Adapters that stay in memory between jobs. */
const MOST_KEPT = 16

/** The adapters of one loaded model: read once, switched and mixed without loading the model again. */
export class ModelAdapters {
  private readonly kept = new Map<string, Omit<StackedAdapter, 'strength'>>()
  private used = ''

  constructor(
    private readonly model: ModelFolder,
    private readonly checkpoint: TimCheckpoint,
    private readonly network: Pick<TimNetwork, 'use'>,
  ) {}

  /** Draws with these from now on, with none where the list is empty. Throws AdapterError naming one that is missing, changed or for another model. */
  async use(adapters: readonly AdapterInUse[]): Promise<void> {
    const wanted = JSON.stringify(adapters.map(({ sha256, strength }) => [sha256, strength]))
    if (wanted === this.used || (this.used === '' && adapters.length === 0)) return
    const stack: StackedAdapter[] = []
    for (const one of adapters) if (one.strength !== 0) stack.push({ ...(await this.get(one)), strength: one.strength })
    this.network.use(stackAdapters(stack))
    this.used = wanted
  }

  private async get({ folder, name, sha256 }: AdapterInUse): Promise<Omit<StackedAdapter, 'strength'>> {
    const known = this.kept.get(sha256)
    if (known) return known
    if ((await adapterHash(folder)) !== sha256) {
      const message = `The adapter '${name}' in ${folder} is not the one that the recipe names.`
      throw new AdapterError('adapter.base', message, 'Import the adapter again, or draw without it.')
    }
    const { adapter } = openAdapter(folder, this.model.folder)
    const changes = new WeightChanges()
    try {
      const weightOf = (layer: string): Tensor<'f32'> => readF32(this.checkpoint.source, `${layer}.weight`)
      const read = { adapter, gains: await changes.gains(adapter, weightOf) }
      this.kept.set(sha256, read)
      const [oldest] = this.kept.keys()
      if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest)
      return read
    } finally {
      await changes.release()
    }
  }
}
