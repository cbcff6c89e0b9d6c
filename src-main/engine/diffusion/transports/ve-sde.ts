import { family } from './transport'

/**
 * Variance exploding, x_t = x + t z (arXiv 2011.13456; released `VE_SDE`). t ∈ [σ_min, σ_max]; the network sees ln(t/2) and
 * predicts −z. Training times: log-uniform on [σ_min, σ_max].
 * The released class fixes the path to [σ_min, σ_max]; `T_max` and `T_min` narrow it here (NaN means: as released).
 */
export const veSde = family({ sigma_min: 0.02, sigma_max: 100, sigma_d: 1, T_max: NaN, T_min: NaN }, (p) => ({
  name: 'VE_SDE',
  time: { max: Number.isNaN(p.T_max) ? p.sigma_max : p.T_max, min: Number.isNaN(p.T_min) ? p.sigma_min : p.T_min },
  sigmaD: p.sigma_d,
  bounded: true,
  interpolant: (t) => ({ alpha: 1, sigma: t, alphaDot: 0, sigmaDot: 1 }),
  networkTime: (t) => Math.log(0.5 * t),
  networkTimeRate: (t) => 1 / t,
  // F̂ = −z − (t−r) dF/dt
  target: (t, r) => ({ base: { x: 0, z: -1 }, rest: { x: 0, z: 0, dF: -(t - r) } }),
  // x_r = x_t + (t−r) F
  step: (t, r) => ({ xt: 1, F: t - r, noise: 0 }),
  drawTime: (random) => p.sigma_min * (p.sigma_max / p.sigma_min) ** random.uniform(),
}))
