import { z } from 'zod'

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Values that code trips over. */
const NASTY: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  1e308,
  -0,
  Number.NaN,
  Infinity,
  2 ** 53,
  '',
  ' ',
  'x'.repeat(5000),
  '💥',
  '__proto__',
  [],
  {},
  [[]],
  { a: 1 },
  new Date(0),
]

/**
 * A payload for a validator: often nearly what it wants, with a part replaced by something nasty, sometimes pure nonsense.
 * `texts` are tried where a text is wanted.
 */
export function randomPayload(random: () => number, schema: z.ZodType, texts: readonly string[]): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const make = (wanted: z.ZodType): unknown => {
    if (random() < 0.08) return pick(NASTY)
    if (wanted instanceof z.ZodObject) {
      const entries = Object.entries(wanted.shape as Record<string, z.ZodType>).map(([key, part]) => [key, make(part)] as const)
      return Object.fromEntries(random() < 0.1 ? [...entries.slice(1), ['extra', pick(NASTY)]] : entries)
    }
    if (wanted instanceof z.ZodArray)
      return Array.from({ length: Math.floor(random() * 4) }, () => make(wanted.element as z.ZodType))
    if (wanted instanceof z.ZodOptional || wanted instanceof z.ZodNullable)
      return random() < 0.4 ? null : make(wanted.unwrap() as z.ZodType)
    if (wanted instanceof z.ZodUnion) return make(pick(wanted.options as readonly z.ZodType[]))
    if (wanted instanceof z.ZodEnum) return pick(wanted.options as readonly string[])
    if (wanted instanceof z.ZodLiteral) return wanted.value
    if (wanted instanceof z.ZodBoolean) return random() < 0.5
    if (wanted instanceof z.ZodNumber) return pick([0, 1, 2, 7, 16, 100, 128, 0.5, 1.5, -1, 1e6])
    if (wanted instanceof z.ZodString) return random() < 0.5 ? pick(texts) : 'a'.repeat(64)
    return undefined
  }
  return make(schema)
}
