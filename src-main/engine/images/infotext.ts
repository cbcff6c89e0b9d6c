import { PartialRecipe, RECIPE_LIMITS, type Recipe } from '#shared/schema/recipe'

/**
 * The `parameters` text that AUTOMATIC1111's web UI writes into its pictures and most galleries read:
 *
 *     prompt
 *     Negative prompt: what to avoid
 *     Steps: 8, Sampler: TiM, CFG scale: 2.5, Seed: 7, Size: 512x512, Model hash: 0123456789, Model: name, Version: …
 *
 * A value with a comma, colon or newline is written as a JSON string. Source: its modules/infotext_utils.py and processing.py.
 */

/** Names the studio as the writer. */
const WRITER = 'TiM Studio'

/** The text of our recipe. The model's hash is shortened to ten digits, as readers expect. */
export function writeInfotext(recipe: Recipe): string {
  const { cfg } = recipe
  const parameters: [string, string | number][] = [
    ['Steps', recipe.steps],
    ['Sampler', recipe.sampleType === 'transition' ? 'TiM' : `TiM ${recipe.sampleType}`],
    ['CFG scale', cfg.scale],
    ['Seed', recipe.seed],
    ['Size', `${recipe.width}x${recipe.height}`],
    ['Model hash', recipe.model.sha256.slice(0, 10)],
    ['Model', recipe.model.name],
    ['Guidance from', cfg.low],
    ['Guidance to', cfg.high],
    ['Noise', recipe.noise],
  ]
  if (recipe.classId !== undefined) parameters.push(['Class', recipe.classId])
  if (recipe.imageIndex > 0) parameters.push(['Image index', recipe.imageIndex])
  if (recipe.stochasticity > 0) parameters.push(['Stochasticity', recipe.stochasticity])
  if (recipe.start !== undefined) parameters.push(['Denoising strength', recipe.start.strength])
  for (const { name, strength } of recipe.adapters) parameters.push(['Adapter', `${name} ${strength}`])
  parameters.push(['Version', WRITER])
  const last = parameters.map(([name, value]) => `${name}: ${quote(String(value))}`).join(', ')
  const negative = recipe.negativePrompt ? `\nNegative prompt: ${recipe.negativePrompt}` : ''
  return `${recipe.prompt}${negative}\n${last}`.trim()
}

function quote(value: string): string {
  return /[,\n:]/.test(value) ? JSON.stringify(value) : value
}

const NEGATIVE = 'Negative prompt:'

/**
 * What such a text of any program says of a recipe. Only the last line holds parameters, and only where it has at least three.
 * Values that are no sensible number are left out. Undefined where the text has no parameters at all.
 */
export function readInfotext(text: string): PartialRecipe | undefined {
  const lines = text.trim().split('\n')
  const parameters = readParameters(lines.at(-1) ?? '')
  if (parameters.size < 3) return undefined
  const prompt: string[] = []
  const negative: string[] = []
  let into = prompt
  for (const line of lines.slice(0, -1)) {
    const trimmed = line.trim()
    if (trimmed.startsWith(NEGATIVE)) into = negative
    into.push(trimmed.startsWith(NEGATIVE) ? trimmed.slice(NEGATIVE.length).trim() : trimmed)
  }
  const size = /^(\d{1,5})x(\d{1,5})$/.exec(parameters.get('Size') ?? '')
  const told = {
    prompt: prompt.join('\n').slice(0, RECIPE_LIMITS.promptCharacters),
    negativePrompt: negative.join('\n').slice(0, RECIPE_LIMITS.promptCharacters),
    steps: numberOf(parameters.get('Steps')),
    width: numberOf(size?.[1]),
    height: numberOf(size?.[2]),
    cfgScale: numberOf(parameters.get('CFG scale')),
    seed: numberOf(parameters.get('Seed')),
    sampler: parameters.get('Sampler'),
    modelName: parameters.get('Model'),
    modelHash: parameters.get('Model hash'),
  }
  // What does not pass the schema of its field is not told.
  const kept = Object.entries(told).filter(([field, value]) => {
    return value !== undefined && PartialRecipe.shape[field as keyof typeof told].safeParse(value).success
  })
  return PartialRecipe.parse(Object.fromEntries(kept))
}

/** `Name: value` pairs separated by commas; values may be JSON strings. */
function readParameters(line: string): Map<string, string> {
  const found = new Map<string, string>()
  // A prompt of many words could make a pattern slow: real parameter lines are short.
  if (line.length > 20_000) return found
  for (const [, name = '', value = ''] of line.matchAll(/\s*(\w[\w \-/]{0,99}):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)/g)) {
    found.set(name, unquote(value.trim()))
  }
  return found
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}
