import type { Random } from '../../diffusion/random'
import { concepts } from './concepts'
import { article, isCountable, plural, withArticle } from './nouns'
import { backgrounds, styles, tints } from './palette'
import { below, type Scene, type Thing } from './scenes'

/** What a caption leaves unsaid is up to the model. */
interface Said {
  readonly style: boolean
  readonly background: boolean
}

/** Share of captions that name the style, and that name a white background. Other backgrounds are always named. */
const STYLED = 0.75
const WHITE_NAMED = 0.5

const COLOURED = /\b(red|orange|yellow|green|blue|purple|pink|gr[ea]y|black|white|brown|golden|gold|silver)\b/

/** A caption of a scene as training words it. */
export function caption(scene: Scene, random: Random, said: Said = drawSaid(scene, random)): string {
  const name = ({ concept, tint }: Thing): string => {
    const { names = [] } = concepts[concept] ?? {}
    // Its own name as often as all others together; a blue thing is not called by a name with another colour.
    const fit = tint === undefined ? names : names.filter((each) => !COLOURED.test(each))
    return random.uniform() < 0.5 ? (fit[0] ?? names[0] ?? '') : pick(fit.length > 0 ? fit : names, random)
  }
  const content = contentOf(scene, name, random)
  const style = said.style ? pick(styles[scene.style]?.words ?? [], random) : ''
  const colour = said.background ? pick(backgrounds[scene.background]?.words ?? [], random) : ''
  const ground = colour && pick(GROUNDS, random)(colour)
  return pick(FRAMES, random)(content, style, ground, random).trim()
}

/** A caption of a scene in words that no training caption has: other phrases, other adjectives and, where there is one, another name. */
export function heldOutCaption(scene: Scene, random: Random): string {
  const name = ({ concept }: Thing): string => {
    const { names = [], heldOutName = names[0] } = concepts[concept] ?? {}
    return random.uniform() < 0.5 ? (heldOutName ?? '') : (names[0] ?? '')
  }
  const content = contentOf(scene, name, random)
  const style = pick(styles[scene.style]?.heldOutWords ?? [], random)
  return pick(HELD_OUT_FRAMES, random)(content, style, backgrounds[scene.background]?.words[0] ?? '')
}

function drawSaid({ background }: Scene, random: Random): Said {
  return { style: random.uniform() < STYLED, background: background !== 0 || random.uniform() < WHITE_NAMED }
}

const NOUNS = ['icon', 'icon', 'icon', 'picture', 'drawing', 'emoji', 'illustration', 'image', 'sticker'] as const

const GROUNDS: readonly ((colour: string) => string)[] = [
  (colour) => `on ${colour}`,
  (colour) => `on ${article(colour)} ${colour} background`,
  (colour) => `with ${article(colour)} ${colour} background`,
  (colour) => `against ${colour}`,
  (colour) => `, ${colour} background`,
]

type Frame = (content: string, style: string, ground: string, random: Random) => string

/** How content, style and ground come together. Style and ground may be empty. */
const FRAMES: readonly Frame[] = [
  (content, style, ground, random) => joined(`${withArticle(pick(NOUNS, random), style)} of ${content}`, ground),
  (content, style, ground, random) => joined(`${style ? `${style} ` : ''}${pick(NOUNS, random)} of ${content}`, ground),
  (content, style, ground) =>
    joined(style ? `${content}, ${style}` : content, ground.startsWith(',') ? ground : ground && `, ${ground}`),
  (content, style, ground) => joined(`${content}${style && ` in ${style} style`}`, ground),
  (content, style, ground) => joined(style ? `${style} ${bare(content)}` : bare(content), ground),
  (content, style, ground) => joined(content, joined(ground, style && `, ${style}${style.endsWith('3d') ? '' : ' style'}`)),
  (content, style, ground) =>
    ground ? `${ground.replace(/^(, |with )/, '')}: ${content}${style && `, ${style}`}` : `${content}${style && ` (${style})`}`,
]

const HELD_OUT_FRAMES: readonly ((content: string, style: string, colour: string) => string)[] = [
  (content, style, colour) => `please draw ${content} with ${article(colour)} ${colour} backdrop, ${style} look`,
  (content, style, colour) => `${style} artwork showing ${content}, everything behind is ${colour}`,
  (content, style, colour) => `i would like ${content} in front of ${article(colour)} ${colour} wall, made ${style}`,
  (content, style, colour) => `${colour} scene featuring ${content} (${style} graphics)`,
]

type Name = (thing: Thing) => string

/** The things of a scene and how they stand, in words. */
function contentOf({ arrangement, things: [first, second = first] }: Scene, name: Name, random: Random): string {
  const thing = (which: Thing): string => withArticle(name(which), tintWord(which, random))
  const say = (...ways: readonly (() => string)[]): string => pick(ways, random)()
  const corner = (place: string, other: string): string =>
    say(
      () => `${thing(first)} in the ${place} corner`,
      () => `${thing(first)} at the ${place}`,
      () => `${thing(first)} in the ${other} corner`,
    )
  switch (arrangement) {
    case 'whole':
      return thing(first)
    case 'small':
      return say(
        () => withArticle(name(first), `small ${tintWord(first, random)}`.trim()),
        () => withArticle(name(first), `tiny ${tintWord(first, random)}`.trim()),
        () => `${thing(first)}, small`,
        () => `${thing(first)} far away`,
      )
    case 'topLeft':
      return corner('top left', 'upper left')
    case 'topRight':
      return corner('top right', 'upper right')
    case 'bottomLeft':
      return corner('bottom left', 'lower left')
    case 'bottomRight':
      return corner('bottom right', 'lower right')
    case 'two':
    case 'three':
    case 'four':
      return many(arrangement, first, name, random)
    case 'beside':
      return say(
        () => `${thing(first)} to the left of ${thing(second)}`,
        () => `${thing(first)} left of ${thing(second)}`,
        () => `${thing(second)} to the right of ${thing(first)}`,
        () => `${thing(first)} on the left and ${thing(second)} on the right`,
        () => `${thing(first)} next to ${thing(second)}`,
        () => `${thing(first)} and ${thing(second)}`,
        () => `${thing(first)} and ${thing(second)} side by side`,
      )
    case 'stacked':
      return say(
        () => `${thing(first)} above ${thing(second)}`,
        () => `${thing(first)} on top of ${thing(second)}`,
        () => `${thing(second)} below ${thing(first)}`,
        () => `${thing(second)} under ${thing(first)}`,
        () => `${thing(first)} at the top and ${thing(second)} at the bottom`,
      )
  }
}

const DIGITS = { two: '2', three: '3', four: '4' } as const

function many(count: keyof typeof DIGITS, thing: Thing, name: Name, random: Random): string {
  const called = name(thing)
  const tint = tintWord(thing, random)
  const adjective = tint && `${tint} `
  if (!isCountable(called)) return `${count} times ${adjective}${called}`
  const number = random.uniform() < 0.75 ? count : DIGITS[count]
  return `${number} ${adjective}${plural(called)}`
}

function tintWord({ tint }: Thing, random: Random): string {
  return tint === undefined ? '' : pick(tints[tint]?.words ?? [], random)
}

/** Without a leading article. */
function bare(content: string): string {
  return content.replace(/^an? /, '')
}

function joined(left: string, right: string): string {
  if (!right) return left
  return right.startsWith(',') ? left + right : `${left} ${right}`.trim()
}

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[below(random, items.length)]
  if (item === undefined) throw new RangeError('pick: nothing to pick from.')
  return item
}
