import { describe, expect, it } from 'vitest'
import { BucketOrder } from './bucket-order'

/** Two sizes; item 2 comes three times an epoch. */
const buckets = [
  [0, 1, 2, 2, 2],
  [3, 4],
]
const take = (order: BucketOrder, count: number) => Array.from({ length: count }, () => order.next())

describe('batches', () => {
  it('are of one size, and an epoch holds every sample as often as it should', () => {
    const epoch = take(new BucketOrder(buckets, 2, 5), 4)
    for (const batch of epoch) expect(new Set(batch.map((item) => item >= 3)).size).toBe(1)
    expect(epoch.flat().sort()).toEqual([0, 1, 2, 2, 2, 3, 4])
    expect(epoch.map((batch) => batch.length).sort()).toEqual([1, 2, 2, 2])
  })

  it('come in another order in each epoch, and with another seed', () => {
    const many = [Array.from({ length: 20 }, (_, i) => i)]
    const order = new BucketOrder(many, 4, 1)
    const [first, second] = [take(order, 5), take(order, 5)]
    expect(first).not.toEqual(second)
    expect(take(new BucketOrder(many, 4, 2), 5)).not.toEqual(first)
    expect(take(new BucketOrder(many, 4, 1), 5)).toEqual(first)
  })

  it('go on from their place, at every place', () => {
    const whole = take(new BucketOrder(buckets, 2, 5), 12)
    for (let at = 0; at < 12; at++) {
      const order = new BucketOrder(buckets, 2, 5)
      take(order, at)
      expect(take(new BucketOrder(buckets, 2, 5, order.place), 12 - at)).toEqual(whole.slice(at))
    }
  })

  it('need an item', () => {
    expect(() => new BucketOrder([[]], 1, 0)).toThrow('at least one')
  })
})
