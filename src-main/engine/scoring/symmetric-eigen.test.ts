import { expect, it } from 'vitest'
import { RandomStream } from '../diffusion/noise/random-stream'
import { symmetricEigen } from './symmetric-eigen'

/** AAᵀ of random numbers, rank `rank`. */
function gram(n: number, rank: number): Float64Array {
  const random = new RandomStream(n + rank)
  const a = Float64Array.from({ length: n * rank }, () => random.normal())
  return Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0
    for (let k = 0; k < rank; k++) sum += (a[Math.floor(at / n) * rank + k] ?? 0) * (a[(at % n) * rank + k] ?? 0)
    return sum
  })
}

it.each([
  [1, 1],
  [2, 2],
  [7, 7],
  [30, 30],
  [24, 5],
  [90, 3],
])('splits a matrix of %i rows and rank %i into orthogonal parts that make it up again', (n, rank) => {
  const matrix = gram(n, rank)
  const { values, vectors } = symmetricEigen(matrix, n)
  let [worst, askew] = [0, 0]
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let again = 0
      let dot = 0
      for (let k = 0; k < n; k++) {
        again += (values[k] ?? 0) * (vectors[k * n + i] ?? 0) * (vectors[k * n + j] ?? 0)
        dot += (vectors[i * n + k] ?? 0) * (vectors[j * n + k] ?? 0)
      }
      worst = Math.max(worst, Math.abs(again - (matrix[i * n + j] ?? 0)))
      askew = Math.max(askew, Math.abs(dot - Number(i === j)))
    }
  }
  expect(worst).toBeLessThan(1e-10 * n * n)
  expect(askew).toBeLessThan(1e-11 * n)
})
