import { caption, heldOutCaption } from './captions'
import { concepts } from './concepts'
import { backgrounds, styles, tints } from './palette'
import type { ArrangementName } from './places'
import { SmallRandom } from './random'
import { anyScene, isHeldOut, type Scene } from './scenes'

/** One picture to be asked for. */
export interface Task {
  readonly prompt: string
  readonly scene: Scene
}

/** Combinations asked for in each set of tasks that combine. */
const COMBINED = 256
/** All that can be told from a picture is said: a caption silent about the style would fit two. */
const ALL_SAID = { style: true, background: true }

/**
 * Sets of tasks by name, the same for the same seed. `known` limits the concepts to the first ones, for a model that knows no more.
 * "combinations" are taken from training's, "held-out combinations" from those that training never shows.
 */
export function taskSets(seed: number, known = concepts.length): Readonly<Record<TaskSet, readonly Task[]>> {
  const combined = (kind: 'pairs' | 'counts' | 'tints', heldOut: boolean): readonly Task[] => combine(seed, kind, heldOut, known)
  return {
    things: things(seed, known, false),
    'held-out wordings': things(seed, known, true),
    pairs: combined('pairs', false),
    'held-out pairs': combined('pairs', true),
    counts: combined('counts', false),
    'held-out counts': combined('counts', true),
    tints: combined('tints', false),
    'held-out tints': combined('tints', true),
  }
}

export type TaskSet =
  'things' | 'held-out wordings' | 'pairs' | 'held-out pairs' | 'counts' | 'held-out counts' | 'tints' | 'held-out tints'

/** Every concept in every style once, by itself, on a background drawn from `seed` (white two times in five). */
function things(seed: number, known: number, heldOut: boolean): readonly Task[] {
  const random = new SmallRandom(seed)
  const word = heldOut ? heldOutCaption : caption
  return concepts.slice(0, known).flatMap((_, concept) =>
    styles.map((__, style) => {
      const background = random.uniform() < 0.4 ? 0 : 1 + random.below(backgrounds.length - 1)
      const scene: Scene = { arrangement: 'whole', things: [{ concept }], style, background }
      return { prompt: word(scene, random, ALL_SAID), scene }
    }),
  )
}

const ARRANGEMENTS: Readonly<Record<'pairs' | 'counts' | 'tints', readonly ArrangementName[]>> = {
  pairs: ['beside', 'stacked'],
  counts: ['two', 'three', 'four'],
  tints: ['whole'],
}

function combine(seed: number, kind: 'pairs' | 'counts' | 'tints', heldOut: boolean, known: number): readonly Task[] {
  const random = new SmallRandom(seed + kind.length + (heldOut ? 100 : 0))
  const tasks: Task[] = []
  while (tasks.length < COMBINED) {
    const drawn = anyScene(random, random.pick(ARRANGEMENTS[kind]))
    // What a set is about is all that may be new in it: pairs and counts come in their own colours, and tints on white.
    const scene: Scene =
      kind === 'tints'
        ? { ...drawn, background: 0, things: [{ concept: drawn.things[0].concept, tint: random.below(tints.length) }] }
        : { ...drawn, things: plain(drawn.things) }
    if (isHeldOut(scene) === heldOut && scene.things.every(({ concept }) => concept < known))
      tasks.push({ prompt: caption(scene, random, ALL_SAID), scene })
  }
  return tasks
}

function plain([first, second]: Scene['things']): Scene['things'] {
  return second ? [{ concept: first.concept }, { concept: second.concept }] : [{ concept: first.concept }]
}
