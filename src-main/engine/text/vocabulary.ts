/**
 * What an embedded model of a closed world makes of prompts: whether they name anything of it. Words are compared without case and
 * number ("Foxes" is "fox"), names of several words as a run of words.
 */
export class Vocabulary {
  private readonly names: ReadonlySet<string>
  private readonly longest: number

  constructor(names: readonly string[]) {
    const keys = names.map((name) => wordsOf(name).join(' '))
    this.names = new Set(keys)
    this.longest = Math.max(0, ...keys.map((key) => key.split(' ').length))
  }

  /** Whether any run of the prompt's words is a name. */
  isNamedIn(prompt: string): boolean {
    const words = wordsOf(prompt)
    return words.some((_, start) => {
      const runs = Array.from({ length: this.longest }, (__, more) => words.slice(start, start + more + 1).join(' '))
      return runs.some((run) => this.names.has(run))
    })
  }
}

/** Lower-case words in the singular, as far as English endings tell it. */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? []).map(singular)
}

function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y')
  if (/(s|x|z|ch|sh|o)es$/.test(word)) return word.replace(/es$/, '')
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}

/** What to tell the artist of a prompt that names nothing of a model's world. */
export function outsideWarning(known: number, example: string): string {
  const tried = example === '' ? '' : `Try “${example}”. `
  return (
    `This small built-in model knows ${known} things and found none of them in the prompt, so it drew what came nearest. ` +
    `${tried}The full TiM takes any prompt: see Models.`
  )
}
