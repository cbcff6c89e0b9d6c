import { describe, expect, it } from 'vitest'
import { concepts } from './concepts'
import { styles } from './palette'
import { isHeldOut } from './scenes'
import { taskSets } from './tasks'

describe('taskSets', () => {
  const sets = taskSets(2026)

  it('asks for every concept in every style, in trained words and in others', () => {
    for (const name of ['things', 'held-out wordings'] as const) {
      const shown = sets[name].map(({ scene }) => `${scene.things[0].concept} ${scene.style}`)
      expect(new Set(shown).size).toBe(concepts.length * styles.length)
    }
  })

  it('takes held-out combinations from what training never shows, the others from what it does', () => {
    for (const kind of ['pairs', 'counts', 'tints'] as const) {
      expect(sets[kind].some(({ scene }) => isHeldOut(scene))).toBe(false)
      expect(sets[`held-out ${kind}`].every(({ scene }) => isHeldOut(scene))).toBe(true)
      expect(sets[kind].length).toBeGreaterThan(200)
    }
  })

  it('is the same for the same seed, and stays within what a model knows', () => {
    expect(taskSets(2026)).toEqual(sets)
    for (const { scene } of Object.values(taskSets(1, 256)).flat())
      for (const { concept } of scene.things) expect(concept).toBeLessThan(256)
  })
})
