/** A way of drawing: its name in data files, its icon set, and the words that ask for it. */
export interface Style {
  readonly name: 'flat' | '3d'
  readonly iconSet: '@iconify-json/fluent-emoji-flat' | '@iconify-json/fluent-emoji'
  /** Adjectives: "a {word} icon of a fox", "fox, {word}". The first is the style's own. */
  readonly words: readonly string[]
}

export const styles: readonly Style[] = [
  { name: 'flat', iconSet: '@iconify-json/fluent-emoji-flat', words: ['flat', 'flat vector'] },
  { name: '3d', iconSet: '@iconify-json/fluent-emoji', words: ['3d', 'shiny 3d'] },
]

/** A plain background: its name is the word in captions. sRGB 0…255. */
export interface Background {
  readonly name: string
  readonly rgb: readonly [number, number, number]
}

/** White first: captions that name no background mean white. Shades keep clear of the icons' own saturated colours. */
export const backgrounds: readonly Background[] = [
  { name: 'white', rgb: [255, 255, 255] },
  { name: 'black', rgb: [22, 22, 26] },
  { name: 'grey', rgb: [172, 178, 188] },
  { name: 'red', rgb: [214, 64, 69] },
  { name: 'orange', rgb: [255, 179, 102] },
  { name: 'yellow', rgb: [255, 230, 130] },
  { name: 'green', rgb: [133, 205, 140] },
  { name: 'light blue', rgb: [168, 220, 250] },
  { name: 'blue', rgb: [52, 104, 214] },
  { name: 'purple', rgb: [164, 132, 226] },
  { name: 'pink', rgb: [255, 190, 214] },
]

/** The background nearest to a colour (Euclidean in sRGB). */
export function nearestBackground(rgb: readonly [number, number, number]): number {
  const distances = backgrounds.map(({ rgb: [r, g, b] }) => (r - rgb[0]) ** 2 + (g - rgb[1]) ** 2 + (b - rgb[2]) ** 2)
  return distances.indexOf(Math.min(...distances))
}
