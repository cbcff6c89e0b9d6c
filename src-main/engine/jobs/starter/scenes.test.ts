import { describe, expect, it } from 'vitest'
import { concepts } from './concepts'
import { SmallRandom } from './random'
import { anyScene, drawScene, isHeldOut } from './scenes'

describe('drawScene', () => {
  const random = new SmallRandom(2)
  const scenes = Array.from({ length: 4000 }, () => drawScene(random))

  it('draws every concept and every arrangement', () => {
    const shown = new Set(scenes.flatMap(({ things }) => things.map(({ concept }) => concept)))
    expect(shown.size).toBeGreaterThan(0.99 * concepts.length)
    expect(new Set(scenes.map(({ arrangement }) => arrangement)).size).toBe(11)
  })

  it('draws nothing that is held out', () => {
    expect(scenes.some(isHeldOut)).toBe(false)
  })

  it('never puts a thing beside itself', () => {
    for (const { things } of scenes) expect(things[0].concept === things[1]?.concept).toBe(false)
  })
})

describe('isHeldOut', () => {
  it('keeps back about one pair in six, whichever of the two comes first', () => {
    const random = new SmallRandom(3)
    const pairs = Array.from({ length: 3000 }, () => {
      const { things, ...scene } = anyScene(random, 'beside')
      const [a, b = a] = things
      return { ...scene, things: [{ concept: a.concept }, { concept: b.concept }] as const }
    })
    const kept = pairs.filter(isHeldOut)
    expect(kept.length / pairs.length).toBeGreaterThan(0.13)
    expect(kept.length / pairs.length).toBeLessThan(0.2)
    for (const { things, ...scene } of kept)
      expect(isHeldOut({ ...scene, arrangement: 'stacked', things: [things[1], things[0]] })).toBe(true)
  })

  it('never keeps back a plain thing on white', () => {
    for (let concept = 0; concept < concepts.length; concept++)
      expect(isHeldOut({ arrangement: 'whole', things: [{ concept }], style: 0, background: 0 })).toBe(false)
  })
})
