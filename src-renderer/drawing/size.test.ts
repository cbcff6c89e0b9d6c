import { describe, expect, it } from 'vitest'
import { areaStops, aspectOfSize, ASPECTS, aspectsOf, canDraw, sizeNote, sizeOfAspect, snapSide, stopOfSize } from './size'

const starter = { factor: 16, minSide: 64, maxSide: 256, nativeSide: 128 }
const large = { factor: 32, minSide: 256, maxSide: 4096, nativeSide: 1024 }

describe('sides', () => {
  it('snap to the nearest multiple within the limits', () => {
    expect(snapSide(130, starter)).toBe(128)
    expect(snapSide(137, starter)).toBe(144)
    expect(snapSide(1, starter)).toBe(64)
    expect(snapSide(9999, starter)).toBe(256)
  })

  it('never leave limits that are no multiples themselves', () => {
    expect(snapSide(0, { ...starter, minSide: 70 })).toBe(80)
    expect(snapSide(999, { ...starter, maxSide: 250 })).toBe(240)
  })
})

it('tells which sizes a model can draw', () => {
  expect(canDraw({ width: 128, height: 256 }, starter)).toBe(true)
  expect(canDraw({ width: 128, height: 257 }, starter)).toBe(false)
  expect(canDraw({ width: 1024, height: 1024 }, starter)).toBe(false)
})

describe('aspect presets', () => {
  it('keep the area nearly and the shape nearly', () => {
    for (const aspect of ASPECTS) {
      const { width, height } = sizeOfAspect(aspect, 1024, large)
      expect((width * height) / 1024 ** 2).toBeCloseTo(1, 1)
      expect(Math.abs(Math.log(width / height / (aspect.across / aspect.down)))).toBeLessThan(0.06)
    }
  })

  it('are recognised again, also at other areas, and own sizes are not', () => {
    for (const aspect of ASPECTS) expect(aspectOfSize(sizeOfAspect(aspect, 2048, large), large)).toBe(aspect)
    expect(aspectOfSize({ width: 1024, height: 992 }, large)).toBeUndefined()
  })
})

describe('presets at the limits of a model', () => {
  it('keep their shape and give up area', () => {
    expect(sizeOfAspect(ASPECTS[6], 256, starter)).toEqual({ width: 256, height: 96 })
    expect(sizeOfAspect(ASPECTS[0], 64, starter)).toEqual({ width: 64, height: 160 })
  })

  it('are only those whose shape can be kept', () => {
    expect(aspectsOf(starter)).toEqual([...ASPECTS])
    expect(aspectsOf({ factor: 16, minSide: 128, maxSide: 128, nativeSide: 128 }).map(({ name }) => name)).toEqual(['1:1'])
    expect(aspectsOf({ factor: 16, minSide: 96, maxSide: 160, nativeSide: 128 }).map(({ name }) => name)).toEqual([
      '2:3',
      '1:1',
      '3:2',
    ])
  })
})

describe('area stops', () => {
  it('are multiples of the native side that the model can draw', () => {
    expect(areaStops(starter)).toEqual([64, 96, 128, 192, 256])
    expect(areaStops(large)).toEqual([512, 768, 1024, 1536, 2048, 3072, 4096])
  })

  it('are one for a model of one size', () => {
    expect(areaStops({ factor: 16, minSide: 128, maxSide: 128, nativeSide: 128 })).toEqual([128])
  })

  it('are found for any size', () => {
    expect(stopOfSize({ width: 256, height: 64 }, starter)).toBe(128)
    expect(stopOfSize({ width: 4096, height: 4096 }, starter)).toBe(256)
  })
})

describe('what is said about a size', () => {
  it('nothing near the trained size', () => {
    expect(sizeNote({ width: 128, height: 128 }, starter)).toBeUndefined()
    expect(sizeNote({ width: 80, height: 208 }, starter)).toBeUndefined()
  })

  it('its cost far from it', () => {
    expect(sizeNote({ width: 256, height: 256 }, starter)).toContain('4 times the area')
    expect(sizeNote({ width: 64, height: 64 }, starter)).toContain('coarse')
    expect(sizeNote({ width: 256, height: 64 }, starter)).toContain('very long')
  })
})
