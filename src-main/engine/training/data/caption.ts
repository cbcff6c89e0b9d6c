import type { RandomStream } from '../../diffusion/noise/random-stream'

/** `caption` with the trigger word before it, unless it holds it already as a word. */
export function withTrigger(caption: string, trigger: string): string {
  if (trigger === '' || hasWord(caption, trigger)) return caption
  return caption === '' ? trigger : `${trigger}, ${caption}`
}

function hasWord(caption: string, word: string): boolean {
  const inner = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}_])${inner}(?![\\p{L}\\p{N}_])`, 'iu').test(caption)
}

/** Most orders of one caption that are made: each is encoded once and kept on disk. */
const MOST_ORDERS = 8

/**
 * Some orders of the parts of a caption between commas, all different, the caption as it is among them; the first `keep` parts stay.
 * Drawn from `random`, so that a run that is resumed has the same.
 */
export function tagOrders(caption: string, keep: number, random: RandomStream): string[] {
  const tags = caption
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const [first, rest] = [tags.slice(0, keep), tags.slice(keep)]
  const orders = new Set([caption])
  if (rest.length < 2) return [caption]
  // Short captions have few orders; trying on would find no more.
  for (let tries = 0; tries < 4 * MOST_ORDERS && orders.size < MOST_ORDERS; tries++) {
    const shuffled = Array.from(random.permutation(rest.length), (i) => rest[i] ?? '')
    orders.add([...first, ...shuffled].join(', '))
  }
  return [...orders]
}
