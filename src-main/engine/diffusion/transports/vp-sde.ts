import { family } from './transport'

/**
 * Variance preserving, x_t = (x + β z)/√(β²+1) with β(t)² = exp(½ β_d t² + β_min t) − 1 (arXiv 2011.13456; released `VP_SDE`).
 * t ∈ [ε_t, 1]; the network sees (T−1) t and predicts z. Training times: uniform on (ε_t, 1].
 * The released class fixes the path to [ε_t, 1]; `T_max` and `T_min` narrow it here (NaN means: as released).
 */
export const vpSde = family({ beta_min: 0.1, beta_d: 19.9, epsilon_t: 1e-5, T: 1000, sigma_d: 1, T_max: 1, T_min: NaN }, (p) => {
  const beta = (t: number): number => Math.sqrt(Math.expm1(0.5 * p.beta_d * t * t + p.beta_min * t))
  const rate = (t: number): number => p.beta_d * t + p.beta_min
  const norm = (b: number): number => Math.sqrt(b * b + 1)
  return {
    name: 'VP_SDE',
    time: { max: p.T_max, min: Number.isNaN(p.T_min) ? p.epsilon_t : p.T_min },
    sigmaD: p.sigma_d,
    bounded: true,
    interpolant: (t) => {
      const b = beta(t)
      const n = norm(b)
      return { alpha: 1 / n, sigma: b / n, alphaDot: (-0.5 * rate(t)) / n, sigmaDot: (0.5 * rate(t)) / (b * n) }
    },
    networkTime: (t) => (p.T - 1) * t,
    networkTimeRate: () => p.T - 1,
    // F̂ = z − (β_t − β_r)/β̇_t · dF/dt,  β̇ = (β_d t + β_min)(β²+1)/(2β)
    target: (t, r) => {
      const b = beta(t)
      const betaDot = (rate(t) * (b * b + 1)) / (2 * b)
      return { base: { x: 0, z: 1 }, rest: { x: 0, z: 0, dF: -(b - beta(r)) / betaDot } }
    },
    // x_r = [√(β_t²+1) x_t + (β_r − β_t) F] / √(β_r²+1)
    step: (t, r) => {
      const [bt, br] = [beta(t), beta(r)]
      return { xt: norm(bt) / norm(br), F: (br - bt) / norm(br), noise: 0 }
    },
    drawTime: (random) => 1 + random.uniform() * (p.epsilon_t - 1),
  }
})
