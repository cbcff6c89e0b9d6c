import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/**
 * Whether the passes of a guided step (with a condition, and with its opposite) run one after the other or as one batch. Both give the
 * same numbers, so that the choice is one of time and memory alone.
 */
export type PassChoice = <T>(size: PassSize, apart: () => Promise<T>, joined: () => Promise<T>) => Promise<T>

/** What the passes of a step are like. */
export interface PassSize {
  /** Tells sizes apart. */
  readonly name: string
  /** Of all pictures of one pass. */
  readonly tokens: number
}

/** One after the other: half the memory, and what a network without a batch axis in its numbers needs (8-bit products share a scale). */
export const alwaysApart: PassChoice = (_size, apart) => apart()

/** As one batch. */
export const alwaysJoined: PassChoice = (_size, _apart, joined) => joined()

/** What was found for a size: milliseconds of each way. */
export interface PassTimes {
  readonly apart: number
  readonly joined: number
}

/** Where findings are kept from run to run. */
export interface PassMemory {
  get(size: string): PassTimes | undefined
  set(size: string, times: PassTimes): void
}

/** How often each way is timed: the machine may be busy with something else at one of them. */
const TRIALS = 2

/**
 * The faster of both on this machine: the first guided step of a size is not timed (its buffers are new), the next ones are the
 * measurement, each way in turn; from then on the faster one runs.
 */
export function measuredPasses(memory: PassMemory, now: () => number = () => performance.now()): PassChoice {
  const begun = new Map<string, { readonly apart: number[]; readonly joined: number[] }>()
  return async ({ name }, apart, joined) => {
    const known = memory.get(name)
    if (known) return known.joined < known.apart ? joined() : apart()
    const times = begun.get(name)
    const way = times !== undefined && times.joined.length < times.apart.length ? 'joined' : 'apart'
    const from = now()
    const result = await (way === 'joined' ? joined() : apart())
    if (times === undefined) begun.set(name, { apart: [], joined: [] })
    else {
      times[way].push(now() - from)
      if (times.joined.length === TRIALS) {
        memory.set(name, { apart: Math.min(...times.apart), joined: Math.min(...times.joined) })
      }
    }
    return result
  }
}

/** One after the other wherever there is no memory for more, whatever is faster. */
export function whereFits(choice: PassChoice, fits: (tokens: number) => boolean): PassChoice {
  return (size, apart, joined) => (fits(size.tokens) ? choice(size, apart, joined) : apart())
}

/** Findings of this process alone. */
export function passMemory(): PassMemory {
  const found = new Map<string, PassTimes>()
  return { get: (size) => found.get(size), set: (size, times) => void found.set(size, times) }
}

/**
 * Findings in a JSON file, by model and size. One that cannot be read begins anew, and one that cannot be written is forgotten at the
 * end: they cost two steps to find again.
 */
export function passFile(file: string, model: string): PassMemory {
  const known = new Map<string, PassTimes>(readFindings(file))
  const nameOf = (size: string): string => `${model} ${size}`
  return {
    get: (size) => known.get(nameOf(size)),
    set: (size, times) => {
      known.set(nameOf(size), times)
      try {
        writeFileSync(file, JSON.stringify(Object.fromEntries(known)))
      } catch {
        // The folder is read-only or full.
      }
    },
  }
}

const Findings = z.record(z.string(), z.object({ apart: z.number(), joined: z.number() }))

function readFindings(file: string): [string, PassTimes][] {
  try {
    const parsed = Findings.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? Object.entries(parsed.data) : []
  } catch {
    return []
  }
}
