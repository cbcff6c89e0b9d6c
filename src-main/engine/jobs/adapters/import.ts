import { existsSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { FoundAdapter } from '#shared/schema/adapter'
import { openAdapter } from './open-adapter'
import { addAdapter } from './store'

/**
 * Puts an adapter that lies anywhere into the library, under its own name or the first free one after it. Throws AdapterError where it
 * does not fit the model in `model`, WeightsError, FileError.
 */
export async function importAdapter(where: {
  readonly path: string
  readonly adapters: string
  readonly model: string
}): Promise<FoundAdapter> {
  const { adapter, about } = openAdapter(where.path, where.model)
  const name =
    basename(where.path, extname(where.path))
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 70) || 'adapter'
  return addAdapter(where.adapters, freeName(where.adapters, name), adapter, about)
}

function freeName(adapters: string, name: string): string {
  for (let i = 1; ; i++) {
    const tried = i === 1 ? name : `${name}-${i}`
    if (!existsSync(join(adapters, tried))) return tried
  }
}
