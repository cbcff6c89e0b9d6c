/** A small deterministic generator (mulberry32): mutations found once are found again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff]

/**
 * Damages a copy of `bytes` as transfers, disks and attackers do: cuts, flipped bits, extreme bytes and words, moved and
 * doubled stretches, digits of texts. `hot` is where most blows fall: the first bytes, where formats keep their headers.
 */
export function mutate(bytes: Uint8Array, random: () => number, hot = bytes.length): Uint8Array<ArrayBuffer> {
  let out = Uint8Array.from(bytes)
  const below = (n: number): number => Math.floor(random() * n)
  const place = (): number => below(random() < 0.8 ? Math.min(hot, out.length) : out.length)
  for (let blows = 1 + below(4); blows > 0 && out.length > 0; blows--) {
    const at = place()
    const kind = below(8)
    if (kind === 0) out = out.slice(0, at)
    else if (kind === 1) out[at] = (out[at] ?? 0) ^ (1 << below(8))
    else if (kind === 2) out[at] = EXTREMES[below(EXTREMES.length)] ?? 0
    else if (kind === 3) out.fill(random() < 0.5 ? 0xff : 0, at, at + 1 + below(8))
    else if (kind === 4) out.copyWithin(place(), at, at + below(64))
    else if (kind === 5) out = concat(out.slice(0, at), out.slice(at, at + below(64)), out.slice(at))
    else if (kind === 6) out = concat(out.slice(0, at), out.slice(at + below(64)))
    else replaceDigit(out, at, below(10))
  }
  return out
}

/** The next decimal digit from `at` on becomes another one: sizes and offsets written as text. */
function replaceDigit(bytes: Uint8Array, at: number, digit: number): void {
  const found = bytes.findIndex((byte, i) => i >= at && byte >= 0x30 && byte <= 0x39)
  if (found >= 0) bytes[found] = 0x30 + digit
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** How many mutations a test tries: `quick` in every run, `thorough` in `npm run test:long`. */
export function rounds(quick: number, thorough: number): number {
  return process.env['TIM_TEST_LONG'] ? thorough : quick
}
