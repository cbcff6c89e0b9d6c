import { backgrounds, styles } from './palette'
import type { SmallRandom } from './random'

/** What a caption may speak of: a concept's name, and where given its style and background (indices into the palette). */
export interface Subject {
  readonly name: string
  readonly style?: number
  readonly background?: number
}

/** How a caption may be worded; `wordings` lists them. */
export interface Wording {
  /** Index of the template. */
  readonly template: number
  /** Index of the style's word and of the background's phrase. */
  readonly styleWord: number
  readonly phrase: number
}

const TEMPLATES: readonly ((thing: string, style: string, background: string) => string)[] = [
  (thing, style, background) => `${style ? `a ${style}` : 'an'} icon of ${withArticle(thing)}${background && ` ${background}`}`,
  (thing, style, background) => [thing, style, background].filter(Boolean).join(', '),
  (thing, style, background) => `${withArticle(thing)}${style && ` in ${style} style`}${background && ` ${background}`}`,
]

const PHRASES: readonly ((colour: string) => string)[] = [
  (colour) => `on ${colour}`,
  (colour) => `on ${article(colour)} ${colour} background`,
]

/** The caption of a subject in one wording. A missing style or background is not spoken of. */
export function caption(subject: Subject, wording: Wording): string {
  const style = subject.style === undefined ? '' : pick(styles[subject.style]?.words, wording.styleWord)
  const background = subject.background === undefined ? undefined : backgrounds[subject.background]?.name
  const phrase = background === undefined ? '' : (pick(PHRASES, wording.phrase)?.(background) ?? '')
  return pick(TEMPLATES, wording.template)?.(subject.name, style ?? '', phrase) ?? subject.name
}

/** A wording drawn at random. */
export function drawWording(random: SmallRandom): Wording {
  return { template: random.below(TEMPLATES.length), styleWord: random.below(2), phrase: random.below(PHRASES.length) }
}

function pick<T>(items: readonly T[] | undefined, index: number): T | undefined {
  return items?.[index % items.length]
}

/** Names that go without an article: things without number, and plurals. */
const BARE =
  /^(popcorn|corn|garlic|beer|wine|coffee|cheese|chocolate|pasta|spaghetti|sushi|fire|earth|saturn|milk|bread|pancakes|grapes|cherries|fries|french fries|jeans|glasses|sunglasses|headphones|scissors|paw prints|animal tracks|crossed swords|eyes|books|thumbs up|santa claus|tv)$/

function withArticle(thing: string): string {
  return BARE.test(thing) ? thing : `${article(thing)} ${thing}`
}

function article(word: string): string {
  return /^([aeio]|u(?!fo|ni))/.test(word) ? 'an' : 'a'
}
