/** The side lengths a model can draw. */
export interface SideLimits {
  /** Every side is a multiple of this. */
  readonly factor: number
  readonly minSide: number
  readonly maxSide: number
  /** The side the model was trained at. */
  readonly nativeSide: number
}

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** Whether the model can draw this very size. */
export function canDraw({ width, height }: PictureSize, limits: SideLimits): boolean {
  return snapSide(width, limits) === width && snapSide(height, limits) === height
}

/** The aspect presets, tallest first. */
export const ASPECTS = [
  { name: '2:5', across: 2, down: 5 },
  { name: '1:2', across: 1, down: 2 },
  { name: '2:3', across: 2, down: 3 },
  { name: '1:1', across: 1, down: 1 },
  { name: '3:2', across: 3, down: 2 },
  { name: '2:1', across: 2, down: 1 },
  { name: '5:2', across: 5, down: 2 },
] as const

export type Aspect = (typeof ASPECTS)[number]

/** The nearest side the model can draw. */
export function snapSide(side: number, limits: SideLimits): number {
  const { factor } = limits
  const low = Math.ceil(limits.minSide / factor) * factor
  const high = Math.floor(limits.maxSide / factor) * factor
  return Math.min(high, Math.max(low, Math.round(side / factor) * factor))
}

/**
 * The size of an aspect with about the area of a square of side `side`, snapped to what the model can draw. Where the area would lead
 * beyond the model's limits, the shape is kept and the area gives way.
 */
export function sizeOfAspect(aspect: Aspect, side: number, limits: SideLimits): PictureSize {
  const ratio = Math.sqrt(aspect.across / aspect.down)
  const stretch = Math.max(ratio, 1 / ratio)
  const fitting = Math.max(Math.min(side, limits.maxSide / stretch), limits.minSide * stretch)
  return { width: snapSide(fitting * ratio, limits), height: snapSide(fitting / ratio, limits) }
}

/** How far a snapped size may be from a preset's shape (natural logarithm of the ratio): less than half of the way to the next preset. */
const SHAPE_TOLERANCE = 0.12

/** The presets whose shape this model can draw. */
export function aspectsOf(limits: SideLimits): Aspect[] {
  return ASPECTS.filter((aspect) => {
    const { width, height } = sizeOfAspect(aspect, limits.nativeSide, limits)
    return Math.abs(Math.log((width / height) * (aspect.down / aspect.across))) < SHAPE_TOLERANCE
  })
}

/** The side of the square with this area. */
export function equivalentSide(size: PictureSize): number {
  return Math.sqrt(size.width * size.height)
}

/** The preset whose snapped size this is at its area; undefined for sizes of one's own. */
export function aspectOfSize(size: PictureSize, limits: SideLimits): Aspect | undefined {
  return aspectsOf(limits).find((aspect) =>
    areaStops(limits).some((side) => {
      const preset = sizeOfAspect(aspect, side, limits)
      return preset.width === size.width && preset.height === size.height
    }),
  )
}

/** The stops of the area control as sides of squares: the native side, its halves and doublings that the model can draw. */
export function areaStops(limits: SideLimits): number[] {
  const stops = [0.5, 0.75, 1, 1.5, 2, 3, 4]
    .map((times) => limits.nativeSide * times)
    .filter((side) => side >= limits.minSide && side <= limits.maxSide && snapSide(side, limits) === side)
  return stops.length > 0 ? stops : [snapSide(limits.nativeSide, limits)]
}

/** The area stop nearest to a size. */
export function stopOfSize(size: PictureSize, limits: SideLimits): number {
  const side = equivalentSide(size)
  return areaStops(limits).reduce((best, stop) =>
    Math.abs(Math.log(stop / side)) < Math.abs(Math.log(best / side)) ? stop : best,
  )
}

/** What to say about a size that the model was not trained for; undefined when there is nothing to say. */
export function sizeNote(size: PictureSize, limits: SideLimits): string | undefined {
  const times = (size.width * size.height) / limits.nativeSide ** 2
  const aspect = Math.max(size.width / size.height, size.height / size.width)
  if (times >= 1.9) return `${rounded(times)} times the area this model learnt: slower, and things may appear twice.`
  if (times <= 0.55) return 'Smaller than this model learnt: quick, but coarse.'
  if (aspect > 2.75) return 'A very long shape: things may appear twice.'
  return undefined
}

function rounded(times: number): string {
  return times < 10 ? String(Math.round(times * 10) / 10) : String(Math.round(times))
}
