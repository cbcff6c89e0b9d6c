import { describe, expect, it } from 'vitest'
import {
  actualSize,
  fit,
  MAX_FIT_SCALE,
  MAX_SCALE,
  panBy,
  resampling,
  toCanvas,
  toScreen,
  visibleArea,
  wheelFactor,
  zoomAt,
} from './viewport'

const view = { scale: 2, origin: { x: 10, y: -20 } }
const surface = { width: 800, height: 600 }

describe('viewport', () => {
  it('maps screen to canvas and back', () => {
    expect(toCanvas(view, { x: 100, y: 50 })).toEqual({ x: 60, y: 5 })
    expect(toScreen(view, { x: 60, y: 5 })).toEqual({ x: 100, y: 50 })
  })

  it('zooms so that the point under the pointer stays there', () => {
    const pointer = { x: 321, y: 123 }
    const before = toCanvas(view, pointer)
    for (const factor of [0.1, 0.9, 1.5, 1000]) {
      const after = toCanvas(zoomAt(view, pointer, factor), pointer)
      expect(after.x).toBeCloseTo(before.x, 9)
      expect(after.y).toBeCloseTo(before.y, 9)
    }
    expect(zoomAt(view, pointer, 1000).scale).toBe(MAX_SCALE)
  })

  it('pans by screen pixels', () => {
    expect(toScreen(panBy(view, 30, -8), { x: 60, y: 5 })).toEqual({ x: 130, y: 42 })
  })

  it('fits an area centred, with its margin', () => {
    const fitted = fit({ x: 100, y: 100, width: 1400, height: 500 }, surface, 50)
    expect(fitted.scale).toBeCloseTo(0.5)
    expect(toScreen(fitted, { x: 100, y: 350 })).toEqual({ x: 50, y: 300 })
    expect(toScreen(fitted, { x: 1500, y: 350 })).toEqual({ x: 750, y: 300 })
  })

  it('does not blow small pictures up beyond the limit', () => {
    expect(fit({ x: 0, y: 0, width: 16, height: 16 }, surface, 50).scale).toBe(MAX_FIT_SCALE)
  })

  it('shows one picture pixel per device pixel at 100 %, around the same middle', () => {
    const middle = { x: surface.width / 2, y: surface.height / 2 }
    const after = actualSize(view, surface, 1.5)
    expect(after.scale).toBeCloseTo(1 / 1.5)
    expect(toCanvas(after, middle)).toEqual(toCanvas(view, middle))
  })

  it('knows what it shows', () => {
    expect(visibleArea(view, surface)).toEqual({ x: 10, y: -20, width: 400, height: 300 })
  })

  it('turns hard-edged only when pixels are looked at one by one', () => {
    expect(resampling(6, 1)).toBe('auto')
    expect(resampling(6, 2)).toBe('pixelated')
    expect(resampling(8, 1)).toBe('pixelated')
  })

  it('undoes a turn of the wheel with the opposite turn', () => {
    expect(wheelFactor(120, 0) * wheelFactor(-120, 0)).toBeCloseTo(1)
    expect(wheelFactor(-100, 0)).toBeGreaterThan(1)
    expect(wheelFactor(3, 1)).toBeCloseTo(wheelFactor(48, 0))
    expect(wheelFactor(1e9, 0)).toBe(0.5)
  })
})
