import { describe, expect, it } from 'vitest'
import { centredCrop, keyOf, naturalBucket, planBuckets, shareKept, type BucketRule } from './bucket'

const rule: BucketRule = { factor: 32, minSide: 64, maxSide: 2048, maxArea: 512 * 512, upscale: false }
const size = (width: number, height: number) => ({ width, height })

describe('the natural bucket', () => {
  it.each([
    [size(512, 512), '512x512', 'fits as it is'],
    [size(4000, 4000), '512x512', 'is made smaller'],
    [size(3000, 1500), '704x352', 'keeps its aspect: 724 × 362 rounded down'],
    [size(300, 200), '288x192', 'keeps its area, and is not made larger'],
    [size(1024, 64), '1024x64', 'is as long as its area lets it'],
    [size(20_000, 300), '2048x64', 'ends at the longest and the shortest side'],
  ])('%o → %s: %s', (picture, bucket) => {
    expect(keyOf(naturalBucket(picture, rule))).toBe(bucket)
  })

  it('leaves a picture out that is too small, unless it may grow', () => {
    expect(naturalBucket(size(50, 500), rule)).toBeUndefined()
    expect(keyOf(naturalBucket(size(50, 500), { ...rule, upscale: true }))).toBe('64x480')
  })

  it('is never larger than the picture and always multiples of the factor', () => {
    for (let i = 0; i < 500; i++) {
      const picture = size(64 + ((i * 7919) % 5000), 64 + ((i * 104_729) % 3000))
      const bucket = naturalBucket(picture, rule) ?? size(0, 0)
      expect(bucket.width <= picture.width && bucket.height <= picture.height, keyOf(picture)).toBe(true)
      expect([bucket.width % 32, bucket.height % 32]).toEqual([0, 0])
      const grown = bucket.width === 64 || bucket.height === 64
      expect(grown || bucket.width * bucket.height <= rule.maxArea, keyOf(picture)).toBe(true)
    }
  })

  it('of a model of one size is that size', () => {
    const fixed = { ...rule, minSide: 128, maxSide: 128, maxArea: 128 * 128, factor: 16 }
    expect(keyOf(naturalBucket(size(900, 300), fixed))).toBe('128x128')
  })
})

it('crops around the middle, as little as the aspect allows', () => {
  expect(centredCrop(size(1000, 500), size(512, 512))).toEqual({ left: 250, top: 0, width: 500, height: 500 })
  expect(centredCrop(size(640, 640), size(512, 512))).toEqual({ left: 0, top: 0, width: 640, height: 640 })
  expect(centredCrop(size(500, 1001), size(256, 512))).toEqual({ left: 0, top: 0, width: 500, height: 1000 })
  expect(shareKept(size(1100, 550), size(512, 512))).toBeCloseTo(0.5)
  expect(shareKept(size(300, 300), size(512, 512))).toBe(0)
})

describe('a plan', () => {
  const pictures = (...sizes: (readonly [number, number, number?])[]) =>
    sizes.map(([width, height, repeats = 1]) => ({
      size: size(width, height),
      natural: naturalBucket(size(width, height), rule) ?? size(0, 0),
      repeats,
    }))

  it('lets a bucket that cannot fill a batch join the one that keeps most of its pictures', () => {
    const plan = planBuckets(pictures([600, 600, 4], [640, 576], [1200, 500, 4]), 4)
    expect(plan.map(keyOf)).toEqual(['512x512', '512x512', '768x320'])
  })

  it('rather has a small batch than cuts much of a picture, or makes it larger', () => {
    const plan = planBuckets(pictures([600, 600, 4], [2000, 500], [300, 300]), 4)
    expect(plan.map(keyOf)).toEqual(['512x512', '1024x256', '288x288'])
  })

  it('merges nothing at batch 1, and all alike with any order of pictures', () => {
    const given = pictures([600, 600], [640, 576], [576, 640], [1200, 500])
    expect(new Set(planBuckets(given, 1).map(keyOf)).size).toBe(4)
    const plan = planBuckets(given, 8).map(keyOf)
    expect(planBuckets([...given].reverse(), 8).map(keyOf)).toEqual([...plan].reverse())
  })
})
