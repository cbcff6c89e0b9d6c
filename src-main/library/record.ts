import { FailureError } from '#shared/ipc/failure'
import { readVersioned, type Versioned } from '#shared/schema/versioned'
import type { SqlRow, SqlValue } from './sqlite'

/** The record in a row's `json` column, lifted to the present version. Throws a FailureError when it cannot be read. */
export function recordIn<T>(kind: Versioned<T>, row: SqlRow): T {
  const reading = readVersioned(kind, parsed(row['json']))
  if (reading.ok) return reading.value
  throw new FailureError({
    code: 'library-broken',
    message: `An entry of the library cannot be read: ${reading.why}.`,
    remedy: 'Install the newest version of TiM Studio. If it is the newest, restore the library from its backup folder.',
  })
}

/** The records of the rows that can be read; one damaged entry does not hide the others. */
export function readableRecords<T>(kind: Versioned<T>, rows: readonly SqlRow[]): T[] {
  return rows.flatMap((row) => {
    const reading = readVersioned(kind, parsed(row['json']))
    return reading.ok ? [reading.value] : []
  })
}

function parsed(json: SqlValue | undefined): unknown {
  try {
    return typeof json === 'string' ? JSON.parse(json) : null
  } catch {
    return null
  }
}
