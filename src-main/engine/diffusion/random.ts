/** A source of random numbers that a training run can save and restore. */
export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number
  /** Standard normal, float64. */
  normal(): number
}
