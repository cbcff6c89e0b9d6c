import { family } from './transport'

/**
 * Flow matching on straight lines, x_t = (1−t) x + t z (SiT, arXiv 2401.08740; released `OT_FM`). All released models use it.
 * t ∈ [0, 1]; the network sees t itself and is defined a little beyond both ends, so differences need no clamp.
 * Training times: logit-normal, t = σ/(1+σ) with ln σ ~ N(P_mean, P_std²).
 */
export const otFm = family({ P_mean: 0, P_std: 1, sigma_d: 1, T_max: 1, T_min: 0 }, (p) => ({
  name: 'OT_FM',
  time: { max: p.T_max, min: p.T_min },
  sigmaD: p.sigma_d,
  bounded: false,
  interpolant: (t) => ({ alpha: 1 - t, sigma: t, alphaDot: -1, sigmaDot: 1 }),
  networkTime: (t) => t,
  networkTimeRate: () => 1,
  // F̂ = v − (t−r) dF/dt,  v = z − x
  target: (t, r) => ({ base: { x: -1, z: 1 }, rest: { x: 0, z: 0, dF: -(t - r) } }),
  // x_r = x_t − (t−r) F;  stochastic: − s ẑ (t−r) + √(2 s t (t−r)) ε  with the noise estimate ẑ = x_t + (1−t) F
  step: (t, r, s = 0) => {
    const dt = t - r
    return { xt: 1 - s * dt, F: -dt - s * dt * (1 - t), noise: Math.sqrt(s * 2 * t * dt) }
  },
  drawTime: (random) => {
    const sigma = Math.exp(random.normal() * p.P_std + p.P_mean)
    return sigma / (1 + sigma)
  },
}))
