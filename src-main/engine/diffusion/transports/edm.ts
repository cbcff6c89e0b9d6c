import { family } from './transport'

/**
 * EDM's preconditioning as a transport, x_t = (x + t z)/√(t²+σ_d²) (arXiv 2206.00364; released `EDM`).
 * t ∈ [0.01, 80]; the network sees ln t / 4. Training times: ln t ~ N(P_mean, P_std²).
 * As released, the step has σ_d³ where the derivation gives σ_d²: step and target agree with the path at σ_d = 1 only, so
 * use σ_d = 1 for experiments; other values reproduce the released numbers.
 */
export const edm = family({ P_mean: -1.2, P_std: 1.2, sigma_d: 0.5, T_max: 80, T_min: 0.01 }, (p) => {
  const d = p.sigma_d
  const d2 = d * d
  const d3 = d * d * d
  const norm = (t: number): number => Math.sqrt(t * t + d2)
  return {
    name: 'EDM',
    time: { max: p.T_max, min: p.T_min },
    sigmaD: d,
    bounded: true,
    interpolant: (t) => {
      const n = norm(t)
      return { alpha: 1 / n, sigma: t / n, alphaDot: -t / n ** 3, sigmaDot: d2 / n ** 3 }
    },
    networkTime: (t) => Math.log(t) / 4,
    networkTimeRate: (t) => 1 / (4 * t),
    // F̂ = f + κ (df/dt − dF/dt) with f = (t/σ_d · x − σ_d z)/√(t²+σ_d²) and κ = B/(dB/dt) of the step below
    target: (t, r) => {
      const n = norm(t)
      const a = n * n
      const c = d3 + t * t
      const kappa = ((t - r) * a * c) / (2 * t * (r - t) * a - t * (r - t) * c + a * c)
      return {
        base: { x: t / (d * n), z: -d / n },
        rest: { x: kappa * (1 / (d * n) - (t * t) / (d * n ** 3)), z: (kappa * d * t) / n ** 3, dF: -kappa },
      }
    },
    // x_r = √((t²+σ_d²)/(r²+σ_d²)) / (σ_d³+t²) · [(σ_d³ + t r) x_t + σ_d² (t−r) F]
    step: (t, r) => {
      const ratio = norm(t) / norm(r) / (d3 + t * t)
      return { xt: (d3 + t * r) * ratio, F: d2 * (t - r) * ratio, noise: 0 }
    },
    drawTime: (random) => Math.exp(random.normal() * p.P_std + p.P_mean),
  }
})
