import names from './concepts.json'

/** One thing that the model draws. */
export interface Concept {
  /** Slug of the icon in both icon sets (the CLDR name of the emoji). */
  readonly slug: string
  /** What people call it; never empty, the first is its own name. */
  readonly names: readonly string[]
}

/**
 * All concepts, in the order that fixes their ids. Their names are curated by hand, since the tags of the emoji data are poor synonyms
 * ("order" for a lion).
 */
export const concepts: readonly Concept[] = Object.entries(names).map(([slug, called]) => ({ slug, names: called }))
