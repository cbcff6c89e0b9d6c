import { createContext, Script } from 'node:vm'
import { EngineError } from '../../ir/errors'

/** Longest expression that is looked at. */
const LONGEST = 2000
/** Milliseconds that matching all names of a network may take: thousands of times what honest expressions need, since the clock runs on while a busy machine does other things. */
const TIME_LIMIT = 2000

/** An expression that cannot be used: which, why, what to do. */
export class PatternError extends EngineError {
  constructor(pattern: string, why: string, remedy: string) {
    const shown = pattern.length > 80 ? `${pattern.slice(0, 80)}…` : pattern
    super('adapter.pattern', `The expression '${shown}' ${why}.`, remedy)
  }
}

/**
 * Which of `names` a regular expression in Python's syntax matches. `whole` compares as re.fullmatch, `tail` as PEFT does with the
 * keys of rank and alpha patterns: the whole name, or its end after a dot.
 * Expressions come from files: they are length-limited, translated, and run in a context of their own under a time limit.
 * Throws PatternError.
 */
export function matchPython(pattern: string, names: readonly string[], how: 'whole' | 'tail' = 'whole'): readonly boolean[] {
  const { source, flags } = translate(pattern)
  const anchored = how === 'whole' ? `^(?:${source})$` : `^(?:.*\\.)?(?:${source})$`
  let expression: RegExp
  try {
    expression = new RegExp(anchored, flags)
  } catch (cause) {
    throw new PatternError(pattern, `is no regular expression: ${cause instanceof Error ? cause.message : 'unknown'}`, CORRECT)
  }
  // Numbers cross contexts as they are; objects of the other context would not be arrays here.
  const context = createContext({ expression, names: names.join('\n') })
  const script = new Script("names.split('\\n').map((name) => (expression.test(name) ? '1' : '0')).join('')")
  try {
    const marks = String(script.runInContext(context, { timeout: TIME_LIMIT }))
    return names.map((_, i) => marks[i] === '1')
  } catch {
    const why = `takes longer than ${TIME_LIMIT} ms on the names of this network`
    throw new PatternError(pattern, why, 'Write it without nested repetitions, or name the layers one by one.')
  }
}

const CORRECT = 'Correct it, or name the layers one by one.'

/** What JavaScript does not have, or reads differently. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^\(\?>/, 'uses an atomic group'],
  [/^\(\?\(/, 'uses a conditional group'],
  [/^\(\?[aiLmsux]*-[imsx]+:|^\(\?[aiLmsux]+:/, 'uses flags inside a group'],
  [/^[*+?}]\+/, 'uses a possessive repetition'],
]

/** Leading flags that mean the same in both languages. */
const FLAGS = /^\(\?([is]+)\)/

/** The same expression in JavaScript's syntax. Throws PatternError where there is none. */
export function translate(pattern: string): { readonly source: string; readonly flags: string } {
  if (pattern.length > LONGEST) {
    throw new PatternError(pattern, `has ${pattern.length} characters`, `Use at most ${LONGEST}, or name the layers one by one.`)
  }
  const flags = FLAGS.exec(pattern)?.[1] ?? ''
  let rest = flags === '' ? pattern : pattern.slice(flags.length + 3)
  let source = ''
  while (rest !== '') {
    const refused = REFUSED.find(([at]) => at.test(rest))
    if (refused) throw new PatternError(pattern, `${refused[1]}, which is not supported`, CORRECT)
    const [taken, written] = token(pattern, rest)
    source += written
    rest = rest.slice(taken)
  }
  return { source, flags: [...new Set(flags)].join('') }
}

/** The next token of an expression: how many characters it has, and how JavaScript writes it. */
function token(pattern: string, rest: string): readonly [number, string] {
  const found = (at: RegExp): RegExpExecArray | null => at.exec(rest)
  const escape = found(/^\\(.)/s)
  if (escape) return [2, escape[1] === 'A' ? '^' : escape[1] === 'Z' ? '$' : escape[0]]
  const comment = found(/^\(\?#[^)]*\)/)
  if (comment) return [comment[0].length, '']
  const named = found(/^\(\?P<(\w+)>/)
  if (named) return [named[0].length, `(?<${named[1]}>`]
  const back = found(/^\(\?P=(\w+)\)/)
  if (back) return [back[0].length, `\\k<${back[1]}>`]
  const upTo = found(/^\{,(\d+)\}/)
  if (upTo) return [upTo[0].length, `{0,${upTo[1]}}`]
  if (rest.startsWith('[')) return characterClass(pattern, rest)
  return [1, rest[0] ?? '']
}

/** A class up to its bracket; a bracket that comes first belongs to the class. */
function characterClass(pattern: string, rest: string): readonly [number, string] {
  const found = /^\[(\^?)(\]?)((?:\\.|[^\]\\])*)\]/s.exec(rest)
  if (!found) throw new PatternError(pattern, 'has a character class without its end', CORRECT)
  return [found[0].length, `[${found[1]}${found[2] === ']' ? '\\]' : ''}${found[3]}]`]
}
