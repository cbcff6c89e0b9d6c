import { describe, expect, it } from 'vitest'
import { addJumps, backgroundOf, seamRatio, tintOf } from './measures'
import { backgrounds, tints } from './palette'
import { SIDE } from './places'

const AREA = SIDE * SIDE
const plain = (rgb: readonly number[]): Float32Array =>
  Float32Array.from({ length: 3 * AREA }, (_, i) => (rgb[Math.floor(i / AREA)] ?? 0) / 127.5 - 1)

describe('backgroundOf', () => {
  it('knows each colour of the palette, whatever stands in the middle', () => {
    backgrounds.forEach(({ rgb }, index) => {
      const picture = plain(rgb)
      for (let i = 0; i < AREA; i++) {
        const [x, y] = [i % SIDE, Math.floor(i / SIDE)]
        if (x > 20 && x < 100 && y > 20 && y < 100) picture[i] = 0.3
      }
      expect(backgroundOf(picture)).toBe(index)
    })
  })
})

describe('tintOf', () => {
  const disc = (rgb: readonly [number, number, number]): Float32Array => {
    const picture = plain([255, 255, 255])
    for (let i = 0; i < AREA; i++) {
      if (Math.hypot((i % SIDE) - 64, Math.floor(i / SIDE) - 64) > 40) continue
      rgb.forEach((value, c) => (picture[c * AREA + i] = value / 127.5 - 1))
    }
    return picture
  }

  it.each([
    ['red', [220, 40, 50]],
    ['orange', [240, 140, 40]],
    ['yellow', [240, 210, 50]],
    ['green', [60, 170, 80]],
    ['blue', [60, 120, 230]],
    ['purple', [150, 90, 220]],
    ['pink', [240, 130, 180]],
    ['grey', [120, 122, 125]],
  ] as const)('knows %s', (name, rgb) => {
    expect(tints[tintOf(disc(rgb), 0)]?.words[0]).toBe(name)
  })
})

describe('seamRatio', () => {
  const ratio = (value: (x: number, y: number) => number): number => {
    const picture = Float32Array.from({ length: 3 * AREA }, (_, i) => value(i % SIDE, Math.floor((i % AREA) / SIDE)))
    const jumps = { across: 0, acrossCount: 0, inside: 0, insideCount: 0 }
    addJumps(picture, 16, jumps)
    return seamRatio(jumps)
  }

  it('is 1 for a slope and grows with a grid', () => {
    expect(ratio((x, y) => x / SIDE + y / SIDE)).toBeCloseTo(1, 3)
    expect(ratio((x, y) => x / SIDE + y / SIDE + (Math.floor(x / 16) + Math.floor(y / 16)) / 100)).toBeGreaterThan(2)
  })
})
