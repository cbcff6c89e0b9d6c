import { family } from './transport'

/**
 * The quarter circle, x_t = cos t · x + sin t · z (sCM, arXiv 2410.11081; released `TrigFlow`).
 * t ∈ [0, 1.57], just short of π/2; the network sees t itself. Training times: t = atan σ, ln σ ~ N(P_mean, P_std²).
 */
export const trigFlow = family({ P_mean: -1, P_std: 1.6, sigma_d: 0.5, T_max: 1.57, T_min: 0 }, (p) => ({
  name: 'TrigFlow',
  time: { max: p.T_max, min: p.T_min },
  sigmaD: p.sigma_d,
  bounded: false,
  interpolant: (t) => ({ alpha: Math.cos(t), sigma: Math.sin(t), alphaDot: -Math.sin(t), sigmaDot: Math.cos(t) }),
  networkTime: (t) => t,
  networkTimeRate: () => 1,
  // F̂ = v − tan(t−r) (x_t + dF/dt),  v = cos t · z − sin t · x
  target: (t, r) => {
    const tan = Math.tan(t - r)
    return {
      base: { x: -Math.sin(t), z: Math.cos(t) },
      rest: { x: -tan * Math.cos(t), z: -tan * Math.sin(t), dF: -tan },
    }
  },
  // x_r = cos(t−r) x_t − sin(t−r) F
  step: (t, r) => ({ xt: Math.cos(t - r), F: -Math.sin(t - r), noise: 0 }),
  drawTime: (random) => Math.atan(Math.exp(random.normal() * p.P_std + p.P_mean)),
}))
