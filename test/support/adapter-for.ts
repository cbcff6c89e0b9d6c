import { join } from 'node:path'
import { RandomStream } from '../../src-main/engine/diffusion/noise/random-stream'
import { createAdapter } from '../../src-main/engine/models/peft/create'
import type { AdapterAbout } from '../../src-main/engine/models/peft/adapter-about'
import type { Naming } from '../../src-main/engine/models/peft/key-naming'
import { AdapterSpec } from '../../src-main/engine/models/peft/spec'
import { writeAdapter } from '../../src-main/engine/models/peft/write-adapter'
import { timLinearLayers } from '../../src-main/engine/models/tim/linear-layers'
import { openTim } from '../../src-main/engine/models/tim/load'
import { readF32 } from '../../src-main/engine/weights/convert'

/** Writes an adapter of rank 4 for the model in a folder; B is drawn too, so that it does something. */
export async function adapterFor(
  model: string,
  path: string,
  options: {
    readonly naming: Naming
    readonly seed: number
    readonly method?: AdapterSpec['method']
    readonly base?: NonNullable<AdapterAbout['base']>
  },
): Promise<void> {
  const { config, source } = openTim(join(model, 'transformer'))
  const spec = AdapterSpec.parse({ rank: 4, alpha: 4, method: options.method ?? 'lora' })
  const weight = (key: string) => readF32(source, `${key}.weight`)
  const adapter = createAdapter(spec, timLinearLayers(config), { seed: options.seed, weight })
  const random = new RandomStream(options.seed)
  for (const { b } of adapter.layers.values()) {
    const up = adapter.weights[b]
    up?.data.set(random.normals(up.data.length).map((value) => 0.2 * value))
  }
  const { base } = options
  await writeAdapter(path, adapter, { triggers: ['zqx'], ...(base && { base }) }, options.naming)
}
