import type { AdaptableLayer } from '../../nn/low-rank'
import { EngineError } from '../../ir/errors'
import { matchPython } from './python-regex'
import { targetModules, type AdapterSpec } from './spec'

/** A layer that a spec adapts. */
export interface TargetLayer extends AdaptableLayer {
  readonly rank: number
  readonly alpha: number
}

/** The string that means every linear layer, as in PEFT. */
const ALL_LINEAR = 'all-linear'

/**
 * The layers that a spec adapts, in the order given, with rank and alpha of each. Names match as in PEFT: strings of a list match a
 * whole name or its end after a dot, one string is an expression for whole names. Throws EngineError where a target, or a pattern,
 * matches nothing, and PatternError.
 */
export function targetLayers(spec: AdapterSpec, layers: readonly AdaptableLayer[]): TargetLayer[] {
  const names = layers.map(({ key }) => key)
  const chosen = chosenNames(targetModules(spec.targets), layers)
  const ranks = patternTable(spec.rankPattern, names)
  const alphas = patternTable(spec.alphaPattern, names)
  return layers
    .filter(({ key }) => chosen.has(key))
    .map((layer) => ({ ...layer, rank: ranks.get(layer.key) ?? spec.rank, alpha: alphas.get(layer.key) ?? spec.alpha }))
}

function chosenNames(targets: string | readonly string[], layers: readonly AdaptableLayer[]): ReadonlySet<string> {
  const names = layers.map(({ key }) => key)
  if (targets === ALL_LINEAR) return new Set(layers.filter(({ kernel }) => !kernel).map(({ key }) => key))
  if (typeof targets === 'string') {
    const marks = matchPython(targets, names)
    return nonEmpty(targets, new Set(names.filter((_, i) => marks[i])), names)
  }
  const found = targets.map((target) =>
    nonEmpty(target, new Set(names.filter((name) => name === target || name.endsWith(`.${target}`))), names),
  )
  return new Set(found.flatMap((part) => [...part]))
}

function nonEmpty(target: string, found: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  if (found.size > 0) return found
  const ends = [...new Set(names.map((name) => name.split('.').at(-1) ?? name))].filter((end) => /\D/.test(end))
  throw new EngineError(
    'adapter.target',
    `The network has no layer '${target}'.`,
    `Name layers by their ends, such as ${ends.join(', ')}, or choose a preset.`,
  )
}

/** PEFT matches a pattern with a whole name, or with its end after a dot; the first one counts. */
export function patternTable(patterns: Readonly<Record<string, number>>, names: readonly string[]): ReadonlyMap<string, number> {
  const table = new Map<string, number>()
  for (const [pattern, value] of Object.entries(patterns)) {
    const marks = matchPython(pattern, names, 'tail')
    names.forEach((name, i) => {
      if (marks[i] && !table.has(name)) table.set(name, value)
    })
  }
  return table
}
