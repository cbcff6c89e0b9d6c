import type { BucketSize, Rectangle } from '#shared/schema/dataset'

/** What a model asks of the sizes it is trained at. */
export interface BucketRule {
  /** Both sides are multiples of this. */
  readonly factor: number
  readonly minSide: number
  readonly maxSide: number
  /** Pixels of a picture at most; larger ones are made smaller. */
  readonly maxArea: number
  /** Whether pictures too small may be made larger. */
  readonly upscale: boolean
}

/**
 * The size at which a picture is trained: its own area and aspect, as far as the rule lets it. Sides are rounded down, so that a picture
 * is never made larger, and what does not fit is cropped. Undefined where the picture is smaller than the smallest size and may not grow.
 */
export function naturalBucket({ width, height }: BucketSize, rule: BucketRule): BucketSize | undefined {
  const { factor, maxArea, upscale } = rule
  const least = Math.ceil(rule.minSide / factor) * factor
  const most = Math.floor(rule.maxSide / factor) * factor
  if (!upscale && (width < least || height < least)) return undefined
  const scale = Math.min(1, Math.sqrt(maxArea / (width * height)))
  const fit = (side: number): number => Math.min(most, Math.max(least, Math.floor((side * scale) / factor + ROUNDING) * factor))
  return { width: fit(width), height: fit(height) }
}

/** √ is not exact: 512·√(256²/512²) must not fall below 256. */
const ROUNDING = 1e-9

/** The largest part of a picture, in its middle, that has the aspect of `bucket`. */
export function centredCrop({ width, height }: BucketSize, bucket: BucketSize): Rectangle {
  const scale = Math.min(width / bucket.width, height / bucket.height)
  const crop = {
    width: Math.max(1, Math.round(bucket.width * scale)),
    height: Math.max(1, Math.round(bucket.height * scale)),
  }
  return { left: Math.floor((width - crop.width) / 2), top: Math.floor((height - crop.height) / 2), ...crop }
}

/** Share of a picture that is left when it is cropped to the aspect of `bucket`; 0 where it would have to be made larger. */
export function shareKept(picture: BucketSize, bucket: BucketSize): number {
  if (bucket.width > picture.width || bucket.height > picture.height) return 0
  const aspect = picture.width / picture.height
  const wanted = bucket.width / bucket.height
  return Math.min(aspect / wanted, wanted / aspect)
}

/** A picture that looks for its bucket. */
export interface Bucketed {
  readonly size: BucketSize
  readonly natural: BucketSize
  /** Samples it gives in an epoch. */
  readonly repeats: number
}

/** What a merge may cost: this share of a picture stays, and of the area that it would have been trained at. */
const LEAST_KEPT = 0.8
const LEAST_AREA = 0.5

/**
 * The bucket of each picture. Buckets with fewer samples than a batch, smallest first, join the bucket that keeps most of their pictures, where one
 * keeps at least four fifths of each: batches are of one size, and a bucket that cannot fill one wastes steps.
 */
export function planBuckets(pictures: readonly Bucketed[], batch: number): BucketSize[] {
  const chosen = pictures.map(({ natural }) => natural)
  const samples = new Map<string, number>()
  pictures.forEach(({ repeats }, i) => add(samples, keyOf(chosen[i]), repeats))
  const small = [...samples].filter(([, count]) => count < batch).sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
  for (const [key] of small) {
    const count = samples.get(key) ?? 0
    if (count >= batch) continue
    const members = pictures.flatMap((picture, i) => (keyOf(chosen[i]) === key ? [{ picture, i }] : []))
    const target = bestTarget(
      members.map(({ picture }) => picture),
      [...new Map(chosen.map((size) => [keyOf(size), size])).values()].filter((size) => keyOf(size) !== key),
    )
    if (!target) continue
    for (const { i } of members) chosen[i] = target
    samples.delete(key)
    add(samples, keyOf(target), count)
  }
  return chosen
}

function bestTarget(members: readonly Bucketed[], others: readonly BucketSize[]): BucketSize | undefined {
  let best: { readonly size: BucketSize; readonly kept: number } | undefined
  for (const size of others) {
    const kept = Math.min(...members.map((member) => worth(member, size)))
    if (kept > (best?.kept ?? 0)) best = { size, kept }
  }
  return best?.size
}

/** How well a picture fares in a bucket; 0 where too much of it would be lost. */
function worth({ size, natural }: Bucketed, bucket: BucketSize): number {
  const kept = shareKept(size, bucket)
  const area = (bucket.width * bucket.height) / (natural.width * natural.height)
  return kept >= LEAST_KEPT && area >= LEAST_AREA ? kept * Math.min(1, area) : 0
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count)
}

/** The name of a size, such as `512x384`. */
export function keyOf(size: BucketSize | undefined): string {
  return size ? `${size.width}x${size.height}` : ''
}
