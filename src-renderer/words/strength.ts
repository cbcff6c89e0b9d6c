/** What is left of a picture at a strength, from the weakest up: a line holds up to its number. */
const LEAVES: readonly (readonly [to: number, words: string])[] = [
  [0.2, 'nearly the same picture'],
  [0.4, 'the same, with other details'],
  [0.6, 'the same shapes, drawn anew'],
  [0.8, 'the same arrangement'],
  [0.99, 'a hint of it'],
]

/** The line under the strength slider. `part`: a mask or an extended frame decides where. */
export function strengthLine(strength: number, part: boolean): string {
  const words = LEAVES.find(([to]) => strength <= to)?.[1]
  if (words === undefined) return part ? 'What you marked is drawn from nothing.' : 'Nothing of the picture is left.'
  return part ? `Where you marked: ${words}.` : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
