import names from './concepts.json'

/** One thing that the model draws. */
export interface Concept {
  /** Slug of the icon in both icon sets (the CLDR name of the emoji). */
  readonly slug: string
  /** What training calls it; never empty, the first is its own name. */
  readonly names: readonly string[]
  /** A name that no training caption has, to measure what unseen words do. Only concepts with many names have one. */
  readonly heldOutName?: string
}

/** From this many names on, the last is kept from training. */
const MANY = 4

/**
 * All concepts, in the order that fixes their ids. Their names are curated by hand, since the tags of the emoji data are poor synonyms
 * ("order" for a lion).
 */
export const concepts: readonly Concept[] = Object.entries(names).map(([slug, called]) => {
  const heldOutName = called.length < MANY ? undefined : called.at(-1)
  return heldOutName === undefined ? { slug, names: called } : { slug, names: called.slice(0, -1), heldOutName }
})
