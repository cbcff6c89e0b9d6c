import type { Recipe } from './recipe'

/** What may stand in braces in a file-name pattern, and what takes its place. */
export const NAME_PARTS = {
  prompt: 'the beginning of the prompt',
  seed: 'the seed',
  number: 'which picture of its series',
  steps: 'the steps',
  size: 'the size, as 512x512',
  model: 'the model',
  date: 'the day, as 2026-05-12',
  time: 'the time of day, as 143059',
} as const

export const DEFAULT_PATTERN = '{date} {prompt} {seed}-{number}'

/** Longest name that all file systems take, with room for an ending and a number. */
const LONGEST = 120
/** Most of a prompt that stands in a name. */
const PROMPT_CHARACTERS = 60

/** A picture's file name by a pattern, without ending: safe on every system, never empty. */
export function fileName(pattern: string, recipe: Recipe, createdAt: number): string {
  const date = new Date(createdAt)
  const two = (n: number): string => String(n).padStart(2, '0')
  const parts: Record<keyof typeof NAME_PARTS, string> = {
    prompt: recipe.prompt.slice(0, PROMPT_CHARACTERS) || (recipe.classId === undefined ? '' : `class ${recipe.classId}`),
    seed: String(recipe.seed),
    number: String(recipe.imageIndex + 1),
    steps: String(recipe.steps),
    size: `${recipe.width}x${recipe.height}`,
    model: recipe.model.name,
    date: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: two(date.getHours()) + two(date.getMinutes()) + two(date.getSeconds()),
  }
  const filled = pattern.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in parts ? parts[name as keyof typeof parts] : whole,
  )
  return safe(filled) || 'picture'
}

/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

function safe(name: string): string {
  const plain = name
    .replace(/[<>:"/\\|?*\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST)
    // Half of a pair of surrogates, left by cutting, is no character.
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/^[ .]+|[ .]+$/g, '')
  return RESERVED.test(plain) ? `_${plain}` : plain
}
