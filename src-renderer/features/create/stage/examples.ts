/** Prompts to start from, worded as the studio's own model learnt them. */
export const EXAMPLES = [
  'a 3d icon of a fox',
  'a hot air balloon in flat style on light blue',
  'a shiny 3d icon of a teapot on yellow',
  'owl, flat, on a purple background',
  'a slice of pizza in 3d style',
  'a flat icon of a lighthouse on blue',
] as const
