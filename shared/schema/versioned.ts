import type { z } from 'zod'

/** One step that lifts a stored record by one version. */
export type Migration = (old: Readonly<Record<string, unknown>>) => Record<string, unknown>

/**
 * A persisted record: its validator, its current version, and how each older version becomes the next.
 * `migrations[v]` lifts version v to v + 1, so there is one for every version from 1 to version − 1.
 */
export interface Versioned<T> {
  readonly name: string
  readonly version: number
  readonly schema: z.ZodType<T>
  readonly migrations: Readonly<Record<number, Migration>>
  /** Older versions that are still written where a record says nothing that needs the newest: they are read as they are. */
  readonly alsoWritten?: readonly number[]
}

export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

/** Reads stored data of any known version. Never throws: data written by a newer studio or damaged says why it was refused. */
export function readVersioned<T>(record: Versioned<T>, stored: unknown): Reading<T> {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    return { ok: false, why: `the ${record.name} is not a record` }
  let data: Record<string, unknown> = { ...stored }
  const found = data['version']
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 1)
    return { ok: false, why: `the ${record.name} has no version` }
  if (found > record.version) return { ok: false, why: `the ${record.name} was written by a newer version of the studio` }
  const first = record.alsoWritten?.includes(found) === true ? record.version : found
  for (let version = first; version < record.version; version++) {
    const lift = record.migrations[version]
    if (lift === undefined) return { ok: false, why: `the ${record.name} of version ${version} can no longer be read` }
    data = { ...lift(data), version: version + 1 }
  }
  const parsed = record.schema.safeParse(data)
  if (parsed.success) return { ok: true, value: parsed.data }
  const issue = parsed.error.issues[0]
  return { ok: false, why: `the ${record.name} is damaged at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}` }
}
