import type { z } from 'zod'
import { ProbeError } from './probe-error'

/** Options by name, as a strict zod object: what it does not list is refused. */
export type OptionsSchema = z.ZodObject

/** Reads `--options`. Throws ProbeError naming what is wrong and what is allowed. */
export function readOptions<S extends OptionsSchema>(text: string | undefined, schema: S): z.output<S> {
  return checkOptions(text === undefined ? {} : parse(text), schema)
}

/** Options that are parsed already. Throws ProbeError naming what is wrong and what is allowed. */
export function checkOptions<S extends OptionsSchema>(given: unknown, schema: S): z.output<S> {
  const names = Object.keys(schema.shape)
  const known = names.length === 0 ? 'This component has no options.' : `Its options are ${names.join(', ')}.`
  const parsed = schema.strict().safeParse(given)
  if (parsed.success) return parsed.data as z.output<S>
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys') {
    throw new ProbeError('probe.options', `Unknown option ${issue.keys.map((key) => `'${key}'`).join(', ')}.`, known)
  }
  const at = issue?.path.join('.') ?? ''
  throw new ProbeError(
    'probe.options',
    at === '' ? `The options are no object of names and values.` : `Option '${at}': ${issue?.message}.`,
    known,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ProbeError(
      'probe.options',
      `--options is not JSON: ${why}.`,
      `Write it like '{"num_steps": 8}'; JSON knows neither NaN nor Infinity.`,
    )
  }
}
