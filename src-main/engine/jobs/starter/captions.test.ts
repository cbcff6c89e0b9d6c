import { describe, expect, it } from 'vitest'
import { caption, heldOutCaption } from './captions'
import { concepts } from './concepts'
import { backgrounds, styles, tints } from './palette'
import { SmallRandom } from './random'
import { anyScene, drawScene, type Scene } from './scenes'

const conceptOf = (slug: string): number => concepts.findIndex((concept) => concept.slug === slug)
const fox: Scene = { arrangement: 'whole', things: [{ concept: conceptOf('fox') }], style: 1, background: 6 }
const draws = <T>(count: number, draw: (random: SmallRandom) => T): T[] => {
  const random = new SmallRandom(1)
  return Array.from({ length: count }, () => draw(random))
}

describe('caption', () => {
  it('speaks of style and background, and is silent about what is not to be said', () => {
    for (const text of draws(200, (random) => caption(fox, random, { style: true, background: true }))) {
      expect(text).toMatch(/green/)
      expect(styles[1]?.words.some((word) => text.includes(word))).toBe(true)
    }
    for (const text of draws(200, (random) => caption(fox, random, { style: false, background: false }))) {
      expect(text).not.toMatch(/green|3d|shiny|glossy/)
    }
  })

  it('tells left from right and names both things', () => {
    const pair: Scene = {
      ...fox,
      arrangement: 'beside',
      things: [{ concept: conceptOf('grapes') }, { concept: conceptOf('red-apple'), tint: 4 }],
    }
    const names = concepts[conceptOf('grapes')]?.names ?? []
    for (const text of draws(200, (random) => caption(pair, random))) {
      const first = names.findIndex((name) => text.includes(name))
      expect(first).toBeGreaterThanOrEqual(0)
      expect(text).toContain('blue')
    }
    expect(draws(200, (random) => caption(pair, random)).some((text) => /^(a )?blue.* to the right of .*grapes/.test(text))).toBe(
      true,
    )
  })

  it('counts what can be counted', () => {
    const wolves: Scene = { ...fox, arrangement: 'three', things: [{ concept: conceptOf('wolf'), tint: 1 }] }
    for (const text of draws(50, (random) => caption(wolves, random)))
      expect(text).toMatch(/(three|3) orange (wild )?(wolves|wolf faces|grey wolves)/)
  })

  it('never has two spaces, a lone comma or an article before a plural', () => {
    const broken = / {2}| ,|,$|\ba [aeiou](?!ni|fo|se)|\ban [^aeiouxh]|undefined|^,/
    expect(draws(3000, (random) => caption(drawScene(random), random)).filter((text) => broken.test(text))).toEqual([])
  })
})

describe('heldOutCaption', () => {
  it('shares no phrase and no adjective with training captions', () => {
    const trained = draws(5000, (random) => caption(drawScene(random), random)).join('\n')
    for (const word of [
      'backdrop',
      'please',
      'artwork',
      ' wall,',
      'featuring',
      ...styles.flatMap(({ heldOutWords }) => heldOutWords),
    ])
      expect(trained).not.toContain(word)
    const { heldOutName = '' } = concepts[conceptOf('fox')] ?? {}
    expect(trained).not.toContain(heldOutName)
    expect(draws(50, (random) => heldOutCaption(fox, random)).some((text) => text.includes(heldOutName))).toBe(true)
  })

  it('says all there is to say', () => {
    for (const [scene, text] of draws(500, (random) => {
      const scene = anyScene(random)
      return [scene, heldOutCaption(scene, random)] as const
    })) {
      expect(text).toContain(backgrounds[scene.background]?.words[0])
      for (const { tint } of scene.things)
        if (tint !== undefined) expect(tints[tint]?.words.some((word) => text.includes(word))).toBe(true)
    }
  })
})
