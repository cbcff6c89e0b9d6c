/** A way of drawing: its name in data files, its icon set, and the words that ask for it. */
export interface Style {
  readonly name: 'flat' | '3d'
  readonly iconSet: '@iconify-json/fluent-emoji-flat' | '@iconify-json/fluent-emoji'
  /** Adjectives: "a {word} icon of a fox", "fox, {word}". The first is the style's own. */
  readonly words: readonly string[]
  /** Adjectives that no training caption has. */
  readonly heldOutWords: readonly string[]
}

export const styles: readonly Style[] = [
  {
    name: 'flat',
    iconSet: '@iconify-json/fluent-emoji-flat',
    words: ['flat', 'flat vector', '2d', 'simple flat', 'flat design', 'minimal'],
    heldOutWords: ['two-dimensional', 'plain vector'],
  },
  {
    name: '3d',
    iconSet: '@iconify-json/fluent-emoji',
    words: ['3d', 'shiny 3d', 'glossy', '3d rendered', 'shiny', 'realistic 3d'],
    heldOutWords: ['three-dimensional', 'polished 3d'],
  },
]

/** A named colour of the background. sRGB 0…255. */
export interface Background {
  /** What captions call it; the first is its own name. */
  readonly words: readonly string[]
  readonly rgb: readonly [number, number, number]
}

/** White first: captions that name no background mean white. Shades keep clear of the icons' own saturated colours. */
export const backgrounds: readonly Background[] = [
  { words: ['white'], rgb: [255, 255, 255] },
  { words: ['black'], rgb: [22, 22, 26] },
  { words: ['grey', 'gray'], rgb: [172, 178, 188] },
  { words: ['red'], rgb: [214, 64, 69] },
  { words: ['orange'], rgb: [255, 179, 102] },
  { words: ['yellow'], rgb: [255, 230, 130] },
  { words: ['green'], rgb: [133, 205, 140] },
  { words: ['light blue', 'sky blue', 'pale blue'], rgb: [168, 220, 250] },
  { words: ['blue', 'dark blue'], rgb: [52, 104, 214] },
  { words: ['purple', 'violet'], rgb: [164, 132, 226] },
  { words: ['pink', 'rose'], rgb: [255, 190, 214] },
]

/** A colour that a thing is asked for in, other than its own: where it lies in OKLCH (`recolour` says how it is used). */
export interface Tint {
  readonly words: readonly string[]
  /** Hue in degrees; undefined takes all colour away. */
  readonly hue?: number
  /** The lightness that coloured parts are drawn towards, 0 … 1. */
  readonly lightness: number
  /** The chroma that dull parts are raised to. */
  readonly chroma: number
}

export const tints: readonly Tint[] = [
  { words: ['red'], hue: 27, lightness: 0.6, chroma: 0.19 },
  { words: ['orange'], hue: 58, lightness: 0.74, chroma: 0.16 },
  { words: ['yellow'], hue: 95, lightness: 0.86, chroma: 0.16 },
  { words: ['green'], hue: 145, lightness: 0.66, chroma: 0.16 },
  { words: ['blue'], hue: 258, lightness: 0.6, chroma: 0.17 },
  { words: ['purple', 'violet'], hue: 300, lightness: 0.58, chroma: 0.17 },
  { words: ['pink'], hue: 355, lightness: 0.78, chroma: 0.14 },
  { words: ['grey', 'gray', 'black and white'], lightness: 0.65, chroma: 0 },
]

/** The background nearest to a colour (Euclidean in sRGB). */
export function nearestBackground(rgb: readonly [number, number, number]): number {
  const distances = backgrounds.map(({ rgb: [r, g, b] }) => (r - rgb[0]) ** 2 + (g - rgb[1]) ** 2 + (b - rgb[2]) ** 2)
  return distances.indexOf(Math.min(...distances))
}
