import { describe, expect, test } from 'vitest'
import { fixtureTensors, relativeError } from '../../../../test/support/fixtures'
import { counterNoise } from './counter-noise'
import { imageNoise } from './image-noise'
import { philox } from './philox'
import { RandomStream } from './random-stream'
import { TorchNormal } from './torch-noise'

describe('philox4x32-10', () => {
  test.each([
    { key: [0, 0], counter: [0, 0, 0, 0], out: '6627e8d5 e169c58d bc57ac4c 9b00dbd8' },
    {
      key: [0xffffffff, 0xffffffff],
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      out: '408f276d 41c83b0e a20bc7c6 6d5451fd',
    },
    {
      key: [0xa4093822, 0x299f31d0],
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      out: 'd16cfe09 94fdcceb 5001e420 24126ea1',
    },
  ] as const)('known answer of Random123 for counter $counter', ({ key, counter, out }) => {
    const words = new Uint32Array(4)
    philox(key, counter, words)
    expect([...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(out)
  })
})

describe('torch noise', () => {
  const { f32, names } = fixtureTensors('noise')

  test.each(names.filter((name) => !name.endsWith('second20')))('torch.randn %s', (name) => {
    const [seed = '', shape = ''] = name.split('.')
    const length = shape.split('x').reduce((product, dim) => product * Number(dim), 1)
    expect(relativeError(new TorchNormal(Number(seed)).randn(length), f32(name).data)).toBeLessThan(3e-7)
  })

  test.each(names.filter((name) => name.endsWith('second20')))('%s: 20 after 16', (name) => {
    const generator = new TorchNormal(Number(name.split('.')[0]))
    generator.randn(16)
    expect(relativeError(generator.randn(20), f32(name).data)).toBeLessThan(3e-7)
  })

  test('the second normal of a pair is kept for the next scalar draw', () => {
    const whole = new TorchNormal(7).randn(8)
    const parts = new TorchNormal(7)
    expect([...parts.randn(3), ...parts.randn(5)]).toEqual([...whole])
  })

  test('picture k is slice k of the batch', () => {
    const batch = new TorchNormal(11).randn(3 * 64)
    expect(imageNoise('torch', 11, 2).start(64)).toEqual(batch.slice(128))
  })
})

describe('counter noise', () => {
  test('depends on seed, image and draw, and a longer draw begins with the shorter', () => {
    const of = (seed: number, imageIndex: number, draw: number): string => counterNoise({ seed, imageIndex, draw }, 6).join()
    expect(new Set([of(1, 0, 0), of(2, 0, 0), of(1 + 2 ** 32, 0, 0), of(1, 1, 0), of(1, 0, 1)]).size).toBe(5)
    expect(counterNoise({ seed: 3, imageIndex: 4, draw: 5 }, 4099).slice(0, 6).join()).toBe(of(3, 4, 5))
  })

  // The numbers are part of every recipe: a change needs a new version in NOISE_KINDS.
  test('version 1 never changes', () => {
    const [a, b, c, d, e] = counterNoise({ seed: 2 ** 53 - 1, imageIndex: 3, draw: 0 }, 5)
    expect([a, b, c, d, e].map((x) => x?.toFixed(6))).toMatchInlineSnapshot(`
      [
        "0.331958",
        "0.174878",
        "0.984691",
        "1.503988",
        "0.856973",
      ]
    `)
  })

  test.each([
    ['counter', (n: number) => counterNoise({ seed: 5, imageIndex: 0, draw: 0 }, n)],
    ['stream', (n: number) => new RandomStream(5).normals(n)],
  ] as const)('%s has the moments of N(0, 1)', (_, draw) => {
    const n = 200_000
    const data = draw(n)
    const moment = (k: number): number => data.reduce((sum, x) => sum + x ** k, 0) / n
    // Four standard errors each: √(1/n), √(2/n), √(15/n), √(96/n).
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n))
  })

  test.each([-1, 0.5, NaN, 2 ** 53])('seed %s is refused', (seed) => {
    expect(() => imageNoise('torch', seed, 0)).toThrow('an integer from 0 to 2^53 - 1')
  })
})

describe('RandomStream', () => {
  test('goes on from a saved state', () => {
    const stream = new RandomStream(9)
    stream.normals(10)
    stream.uniform()
    const restored = RandomStream.restore(structuredClone(stream.state))
    expect(restored.normals(7)).toEqual(stream.normals(7))
    expect(restored.permutation(20)).toEqual(stream.permutation(20))
  })

  test('a permutation holds every number once', () => {
    expect([...new RandomStream(1).permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })
})
