import type { Builder } from '../../ir/builder'
import type { Value } from '../../ir/value'
import type { PatchAeConfig } from './config'
import { convolve, depthToSpace, residualBlock, silu, spaceToDepth } from './grid'

/** Linear encoder: one projection of each patch. Shape: picture (B,3,16h,16w) in [−1,1] → latent (B,channels,h,w). */
export function encode(b: Builder, config: PatchAeConfig, picture: Value): Value {
  return convolve(b, 'patch', spaceToDepth(b, picture, config.factor), config.channels, 1)
}

/**
 * Decoder: the linear inverse of each patch, plus a correction that sees the neighbouring patches, so that borders meet.
 * Shape: latent (B,channels,h,w) → picture (B,3,16h,16w), about [−1,1].
 */
export function decode(b: Builder, config: PatchAeConfig, latent: Value): Value {
  const linear = depthToSpace(b, convolve(b, 'patch', latent, 3 * config.factor ** 2, 1), config.factor)
  const [coarse, middle, fine] = config.widths
  let x = stage(b, config, 0, convolve(b, 'in', latent, coarse, 3))
  x = stage(b, config, 1, depthToSpace(b, convolve(b, 'up.1', x, 4 * middle, 1), 2))
  x = stage(b, config, 2, depthToSpace(b, convolve(b, 'up.2', x, 4 * fine, 1), 2))
  const cell = config.factor / 4
  const correction = depthToSpace(b, convolve(b, 'out', silu(b, x), 3 * cell * cell, 3), cell)
  return b.add(linear, correction)
}

function stage(b: Builder, config: PatchAeConfig, level: 0 | 1 | 2, x: Value): Value {
  let y = x
  for (let i = 0; i < config.blocks[level]; i++) y = residualBlock(b, `blocks.${level}.${i}`, y)
  return y
}
