import type { FoundAdapter } from '#shared/schema/adapter'
import { openAdapter } from '../../engine/jobs/adapters/open-adapter'
import { adapterNorms, verifyAdapter } from '../../engine/jobs/adapters/verify'
import { listAdapters } from '../../library/adapter-cards'
import { dataFolder, foldersIn } from '../../library/folders'
import type { Terminal } from '../terminal'
import { adapterNamed } from './by-name'
import { withAdapters } from './with-adapters'

/** `tim adapters list`. */
export function listThem(terminal: Terminal, json: boolean): void {
  const found = listAdapters(foldersIn(dataFolder()).adapters)
  if (json) return terminal.answer(JSON.stringify(found.map(({ folder, card }) => ({ ...card, folder }))))
  if (found.length === 0) terminal.tell('The library has no adapters: tim adapters import, or tim train.')
  for (const { card } of found) terminal.answer(lineOf(card))
}

function lineOf({ name, dora, ranks, layers, bytes, base, triggers }: FoundAdapter['card']): string {
  const words = triggers.length === 0 ? '' : `, trigger ${triggers.join(', ')}`
  const on = base === undefined ? '' : `, on ${base.name}`
  return `${name}: ${dora ? 'DoRA' : 'LoRA'} of rank ${ranks.join(', ')} on ${layers} layers, ${megabytes(bytes)}${on}${words}`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** `tim adapters inspect`: JSON, complete. */
export async function inspect(terminal: Terminal, adapter: string, modelName: string | undefined): Promise<void> {
  await withAdapters(async ({ source, model }) => {
    const { path, card } = source(adapter)
    const { folder } = await model(modelName, card?.base)
    const read = openAdapter(path, folder)
    const layers = [...read.adapter.layers].map(([layer, { rank, scale, magnitude }]) => ({
      layer,
      rank,
      alpha: scale * rank,
      dora: magnitude !== undefined,
    }))
    const { smallest, largest } = adapterNorms(adapter, read.adapter)
    const said = { ...(card && { card }), keys: read.naming, about: read.about, change: { smallest, largest }, layers }
    terminal.answer(JSON.stringify(said, undefined, 2))
  })
}

/** `tim adapters verify`: says each that holds, throws at the first that does not. */
export async function verify(terminal: Terminal, name: string | undefined, modelName: string | undefined): Promise<void> {
  await withAdapters(async ({ found, model }) => {
    for (const one of name === undefined ? found : [adapterNamed(found, name)]) {
      const { folder } = await model(modelName, one.card.base)
      const { layers, smallest, largest } = await verifyAdapter(one, folder)
      const norms = `‖ΔW‖ from ${smallest.toPrecision(3)} to ${largest.toPrecision(3)}`
      terminal.answer(`${one.card.name}: ${layers} layers, all finite, ${norms}`)
    }
  })
}
