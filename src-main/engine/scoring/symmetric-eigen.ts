/** Eigenvalues, and unit eigenvectors as rows where they were asked for. No order. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

const SWEEPS = 60

/**
 * Eigenvalues and eigenvectors of a symmetric matrix (n,n): Householder's reduction to three diagonals, then QL with implicit shifts
 * (Bowdler, Martin, Reinsch and Wilkinson 1968). Throws RangeError where it does not settle, which real symmetric matrices do.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const rows = matrix.slice()
  const diagonal = new Float64Array(n)
  const beside = new Float64Array(n)
  const vectors = tridiagonal(rows, n, diagonal, beside)
  // What is lost in rounding beside the largest numbers counts as nothing: among zeros nothing else would ever settle.
  const least = Number.EPSILON * diagonal.reduce((largest, d, i) => Math.max(largest, Math.abs(d) + Math.abs(beside[i] ?? 0)), 0)
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstSplit(beside, least, l, n)
      if (m === l) break
      if (sweep === SWEEPS) throw new RangeError('symmetricEigen: no convergence.')
      implicitShift(diagonal, beside, vectors, l, m, n)
    }
  }
  return { values: diagonal, vectors }
}

/**
 * Reduces to `diagonal` and `beside` (beside[i] between i and i+1) by reflections; returns Q with rows such that
 * matrix = Qᵀ T Q: row k of Q belongs to coordinate k of T.
 */
function tridiagonal(a: Float64Array, n: number, diagonal: Float64Array, beside: Float64Array): Float64Array {
  const q = new Float64Array(n * n)
  for (let i = 0; i < n; i++) q[i * n + i] = 1
  const v = new Float64Array(n)
  const p = new Float64Array(n)
  for (let k = 0; k < n - 2; k++) {
    let norm = 0
    for (let i = k + 1; i < n; i++) norm += (a[i * n + k] as number) ** 2
    norm = Math.sqrt(norm)
    if (norm === 0) continue
    const head = a[(k + 1) * n + k] as number
    const alpha = head > 0 ? -norm : norm
    v.fill(0)
    for (let i = k + 1; i < n; i++) v[i] = a[i * n + k] as number
    v[k + 1] = head - alpha
    const square = norm * norm - head * alpha
    reflectBothSides(a, v, p, square, k, n)
    reflectRows(q, v, square, k + 1, n)
  }
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i] as number
    beside[i] = i + 1 < n ? (a[(i + 1) * n + i] as number) : 0
  }
  return q
}

/** a ← HaH with H = 1 − vvᵀ/square. v is 0 up to index k. */
function reflectBothSides(a: Float64Array, v: Float64Array, p: Float64Array, square: number, k: number, n: number): void {
  let vp = 0
  for (let i = k; i < n; i++) {
    let sum = 0
    for (let j = k + 1; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number)
    p[i] = sum / square
    vp += (p[i] as number) * (v[i] as number)
  }
  const half = vp / (2 * square)
  for (let i = k; i < n; i++) p[i] = (p[i] as number) - half * (v[i] as number)
  for (let i = k; i < n; i++) {
    for (let j = k; j < n; j++)
      a[i * n + j] = (a[i * n + j] as number) - (v[i] as number) * (p[j] as number) - (p[i] as number) * (v[j] as number)
  }
}

/** q ← Hq: rows from `first` on are mixed. */
function reflectRows(q: Float64Array, v: Float64Array, square: number, first: number, n: number): void {
  const mixed = new Float64Array(n)
  for (let i = first; i < n; i++) {
    const weight = v[i] as number
    for (let j = 0; j < n; j++) mixed[j] = (mixed[j] as number) + weight * (q[i * n + j] as number)
  }
  for (let i = first; i < n; i++) {
    const weight = (v[i] as number) / square
    for (let j = 0; j < n; j++) q[i * n + j] = (q[i * n + j] as number) - weight * (mixed[j] as number)
  }
}

/** The first index from l on after which the matrix falls apart. */
function firstSplit(beside: Float64Array, least: number, l: number, n: number): number {
  for (let m = l; m < n - 1; m++) if (Math.abs(beside[m] as number) <= least) return m
  return n - 1
}

/** One QL step on rows l … m with Wilkinson's shift. */
function implicitShift(d: Float64Array, e: Float64Array, vectors: Float64Array, l: number, m: number, n: number): void {
  const slope = ((d[l + 1] as number) - (d[l] as number)) / (2 * (e[l] as number))
  const root = Math.hypot(slope, 1)
  let g = (d[m] as number) - (d[l] as number) + (e[l] as number) / (slope + (slope < 0 ? -root : root))
  let [s, c, p] = [1, 1, 0]
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number)
    const b = c * (e[i] as number)
    const r = Math.hypot(f, g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - p
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = (d[i + 1] as number) - p
    const t = ((d[i] as number) - g) * s + 2 * c * b
    p = s * t
    d[i + 1] = g + p
    g = c * t - b
    rotateRows(vectors, i, s, c, n)
  }
  d[l] = (d[l] as number) - p
  e[l] = g
  e[m] = 0
}

/** Rotates rows i and i + 1. */
function rotateRows(vectors: Float64Array, i: number, s: number, c: number, n: number): void {
  for (let k = 0; k < n; k++) {
    const low = vectors[i * n + k] as number
    const high = vectors[(i + 1) * n + k] as number
    vectors[(i + 1) * n + k] = s * low + c * high
    vectors[i * n + k] = c * low - s * high
  }
}
