import { GraphError } from './errors'

/**
 * One dimension: a number, or a polynomial with integer coefficients over named symbols in canonical form
 * ("n", "b*n", "32*h", "h*w+1"). Equal dimensions are equal strings, so `===` compares.
 */
export type Dim = number | string

/** Monomial (symbols sorted, joined by '*'; '' is the constant) → coefficient. */
type Polynomial = ReadonlyMap<string, number>

const parsed = new Map<string, Polynomial>()

function parse(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map(dim === 0 ? [] : [['', dim]])
  const known = parsed.get(dim)
  if (known) return known
  const terms = new Map<string, number>()
  for (const term of dim.replaceAll('-', '+-').split('+')) {
    if (term === '') continue
    const factors = term.split('*')
    let coefficient = 1
    const symbols: string[] = []
    for (const factor of factors) {
      if (/^-?\d+$/.test(factor)) coefficient *= Number(factor)
      else if (/^-?[A-Za-z_]\w*$/.test(factor)) {
        if (factor.startsWith('-')) coefficient = -coefficient
        symbols.push(factor.replace('-', ''))
      } else throw new GraphError(`Dimension '${dim}' is not a polynomial of names.`)
    }
    const monomial = symbols.sort().join('*')
    terms.set(monomial, (terms.get(monomial) ?? 0) + coefficient)
  }
  parsed.set(dim, terms)
  return terms
}

function print(polynomial: Polynomial): Dim {
  const terms = [...polynomial].filter(([, c]) => c !== 0)
  if (terms.length === 0) return 0
  if (terms.length === 1 && terms[0]?.[0] === '') return terms[0][1]
  // Highest degree first, then by name, the constant last.
  const degree = (m: string): number => (m === '' ? 0 : m.split('*').length)
  terms.sort(([a], [b]) => degree(b) - degree(a) || (a < b ? -1 : 1))
  const text = terms.map(([m, c]) => (m === '' ? `${c}` : c === 1 ? m : c === -1 ? `-${m}` : `${c}*${m}`)).join('+')
  return text.replaceAll('+-', '-')
}

/** a + b. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  const sum = new Map(parse(a))
  for (const [m, c] of parse(b)) sum.set(m, (sum.get(m) ?? 0) + c)
  return print(sum)
}

/** a · b. */
export function mulDims(a: Dim, b: Dim): Dim {
  // + 0: no negative zero.
  if (typeof a === 'number' && typeof b === 'number') return a * b + 0
  const product = new Map<string, number>()
  for (const [ma, ca] of parse(a)) {
    for (const [mb, cb] of parse(b)) {
      const m = [...ma.split('*'), ...mb.split('*')]
        .filter((s) => s !== '')
        .sort()
        .join('*')
      product.set(m, (product.get(m) ?? 0) + ca * cb)
    }
  }
  return print(product)
}

/** a − b. */
export function subDims(a: Dim, b: Dim): Dim {
  return addDims(a, mulDims(b, -1))
}

/** a / b for a monomial b that divides every term of a; undefined where it does not divide exactly. */
export function divDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number') return b !== 0 && a % b === 0 ? a / b : undefined
  if (a === b) return 1
  const divisor = [...parse(b)]
  const only = divisor[0]
  if (divisor.length !== 1 || !only) return undefined
  const quotient = new Map<string, number>()
  for (const [m, c] of parse(a)) {
    const symbols = m.split('*').filter((s) => s !== '')
    for (const s of only[0].split('*').filter((x) => x !== '')) {
      const at = symbols.indexOf(s)
      if (at < 0) return undefined
      symbols.splice(at, 1)
    }
    if (c % only[1] !== 0) return undefined
    quotient.set(symbols.join('*'), c / only[1])
  }
  return print(quotient)
}

/** ⌊a / b⌋ for a positive integer b, where every symbolic term divides exactly; undefined otherwise. */
export function floorDivDim(a: Dim, b: number): Dim | undefined {
  if (typeof a === 'number') return Math.floor(a / b)
  const terms = parse(a)
  const constant = terms.get('') ?? 0
  const symbolic = divDims(subDims(a, constant), b)
  return symbolic === undefined ? undefined : addDims(symbolic, Math.floor(constant / b))
}

/** The product of all dimensions of a shape. */
export function countOf(shape: readonly Dim[]): Dim {
  return shape.reduce<Dim>((product, dim) => mulDims(product, dim), 1)
}

/** The symbols a dimension mentions. */
export function symbolsOf(dim: Dim): string[] {
  return [...new Set([...parse(dim).keys()].flatMap((m) => m.split('*')).filter((s) => s !== ''))]
}

/** Terms of a dimension: coefficient and the symbols multiplied (with repetition). */
export function termsOf(dim: Dim): { readonly coefficient: number; readonly symbols: readonly string[] }[] {
  return [...parse(dim)].map(([m, coefficient]) => ({ coefficient, symbols: m.split('*').filter((s) => s !== '') }))
}

/** The value of a dimension once its symbols are known. Throws GraphError naming an unknown symbol. */
export function evaluateDim(dim: Dim, symbols: Readonly<Record<string, number>>): number {
  if (typeof dim === 'number') return dim
  let sum = 0
  for (const { coefficient, symbols: names } of termsOf(dim)) {
    sum += names.reduce((product, name) => {
      const value = symbols[name]
      if (value === undefined) throw new GraphError(`Dimension '${dim}' needs a value for '${name}'.`)
      return product * value
    }, coefficient)
  }
  return sum
}
