import { describe, expect, it } from 'vitest'
import { tints } from './palette'
import { recolour, toOklab } from './recolour'

const tint = (word: string): (typeof tints)[number] =>
  tints.find(({ words }) => words[0] === word) ?? { words: [], lightness: 0, chroma: 0 }
const hueOf = ([r = 0, g = 0, b = 0]: Uint8Array): number => {
  const [, x, y] = toOklab(r, g, b)
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360
}

describe('recolour', () => {
  it('gives an orange the hue that is asked for', () => {
    for (const { words, hue } of tints) {
      if (hue === undefined) continue
      const found = hueOf(recolour(Uint8Array.of(255, 140, 40, 255), tint(words[0] ?? '')))
      expect(Math.abs(((found - hue + 540) % 360) - 180)).toBeLessThan(6)
    }
  })

  it('takes all colour away for grey', () => {
    const [r = 0, g = 0, b = 0] = recolour(Uint8Array.of(255, 140, 40, 255), tint('grey'))
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(3)
  })

  it('leaves black, white and transparency nearly as they are', () => {
    const out = recolour(Uint8Array.of(255, 255, 255, 200, 10, 10, 12, 255, 9, 9, 9, 0), tint('blue'))
    expect([...out.subarray(0, 4)].map((v, i) => Math.abs(v - ([255, 255, 255, 200][i] ?? 0)))).toEqual([0, 0, 0, 0])
    expect(Math.max(...out.subarray(4, 7))).toBeLessThan(20)
    expect(out[11]).toBe(0)
  })

  it('keeps the order of shades', () => {
    const light = ([r = 0, g = 0, b = 0]: Uint8Array): number => toOklab(r, g, b)[0]
    const dark = recolour(Uint8Array.of(150, 60, 10, 255), tint('green'))
    const bright = recolour(Uint8Array.of(255, 160, 80, 255), tint('green'))
    expect(light(dark)).toBeLessThan(light(bright))
  })
})

describe('toOklab', () => {
  it('agrees with the published values of red', () => {
    const [l, a, b] = toOklab(255, 0, 0)
    expect(l).toBeCloseTo(0.628, 3)
    expect(a).toBeCloseTo(0.2249, 3)
    expect(b).toBeCloseTo(0.1258, 3)
  })
})
