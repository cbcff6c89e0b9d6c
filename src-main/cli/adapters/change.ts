import { existsSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import { exportAdapter } from '../../engine/jobs/adapters/export'
import { mergeAdapters } from '../../engine/jobs/adapters/merge'
import { openAdapter } from '../../engine/jobs/adapters/open-adapter'
import { addAdapter, removeAdapter } from '../../engine/jobs/adapters/store'
import type { ConvertAdapterOptions, ImportAdapterOptions, MergeAdapterOptions } from '../commands/adapters'
import type { Terminal } from '../terminal'
import { adapterNamed } from './by-name'
import { withAdapters } from './with-adapters'

/** `tim adapters import`: prints the adapter's folder. */
export async function importAdapter(terminal: Terminal, path: string, options: ImportAdapterOptions): Promise<void> {
  await withAdapters(async ({ library, model }) => {
    const { folder } = await model(options.model)
    const { adapter, about, naming } = openAdapter(path, folder)
    const name = options.name ?? basename(path, extname(path)).replace(/[^\w.-]+/g, '-')
    const added = await addAdapter(library.folders.adapters, name, adapter, about)
    terminal.tell(`${name}: ${adapter.layers.size} layers, keys as ${naming}`)
    terminal.answer(added.folder)
  })
}

/** `tim adapters convert`: prints what it wrote. */
export async function convert(
  terminal: Terminal,
  adapter: string,
  { to, out, model: name }: ConvertAdapterOptions,
): Promise<void> {
  if (existsSync(out)) throw taken('out', `${out} exists already.`, 'Name a folder or file that does not.')
  await withAdapters(async ({ source, model }) => {
    const { path, card } = source(adapter)
    const { folder } = await model(name, card?.base)
    await exportAdapter(path, folder, out, to)
    terminal.answer(out)
  })
}

/** `tim adapters merge`: prints the folder of the model. */
export async function merge(terminal: Terminal, { adapter: wishes, name, model: modelName }: MergeAdapterOptions): Promise<void> {
  await withAdapters(async ({ library, found, model }) => {
    const target = join(library.folders.models, name)
    if (existsSync(target)) throw taken('name', `A model '${name}' is already installed in ${target}.`, 'Choose another name.')
    const used = wishes.map((wish) => ({ ...adapterNamed(found, wish.name), ...wish }))
    const { folder } = await model(modelName, used[0]?.card.base)
    await mergeAdapters(folder, used, target)
    terminal.answer(target)
  })
}

/** `tim adapters remove`. */
export function remove(terminal: Terminal, name: string): Promise<void> {
  return withAdapters(({ library, found }) => {
    removeAdapter(library.folders.adapters, adapterNamed(found, name).folder)
    terminal.tell(`${name} is removed.`)
  })
}

function taken(field: string, message: string, remedy: string): FailureError {
  return new FailureError({ code: 'bad-input', field, message, remedy })
}
