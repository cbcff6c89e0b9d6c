import { SettingError } from './errors'

/**
 * `steps` + 1 equally spaced times from `from` down to `to`, both exact; each half counts from its own end, as torch.linspace.
 * Throws SettingError.
 */
export function timeGrid(from: number, to: number, steps: number): Float64Array {
  if (!Number.isInteger(steps) || steps < 1)
    throw new SettingError({ setting: 'num_steps', got: steps, need: 'an integer of at least 1' })
  if (!Number.isFinite(from) || !Number.isFinite(to) || from <= to) {
    throw new SettingError({ setting: 'T_max and T_min', got: [from, to], need: 'two numbers, the first above the second' })
  }
  const stride = (to - from) / steps
  const grid = new Float64Array(steps + 1)
  for (let i = 0; i <= steps; i++) grid[i] = i < Math.floor((steps + 1) / 2) ? from + stride * i : to - stride * (steps - i)
  return grid
}
