/** The part of a line that a frame takes, in pixels of one and the same space. */
export interface Span {
  readonly left: number
  readonly right: number
}

/** The frame that a pointer at `x` is nearest to, by place in the row; undefined in an empty strip. */
export function frameAt(spans: readonly Span[], x: number): number | undefined {
  const distance = ({ left, right }: Span): number => Math.max(left - x, x - right, 0)
  let best: number | undefined
  let least = Infinity
  for (const [i, span] of spans.entries()) {
    if (distance(span) < least) [best, least] = [i, distance(span)]
  }
  return best
}

/** The place that an arrow key leads to: from nowhere to the end that lies behind, and no farther than the ends. */
export function frameBeside(count: number, held: number | undefined, by: 1 | -1): number | undefined {
  if (count === 0) return undefined
  if (held === undefined) return by > 0 ? 0 : count - 1
  return Math.min(count - 1, Math.max(0, held + by))
}
