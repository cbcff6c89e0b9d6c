import type { Extension, PictureSides } from '#shared/schema/start-place'

export type FrameSide = keyof Extension

interface Sides {
  readonly factor: number
  readonly minSide: number
  readonly maxSide: number
}

const OPPOSITE: Readonly<Record<FrameSide, FrameSide>> = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' }

/**
 * A frame whose one side is `pixels` away from the picture. Where the model draws many sizes, the whole side is brought to one that it
 * draws, so that the picture keeps its pixels; a model of one size makes the whole smaller instead.
 */
export function framed(picture: PictureSides, before: Extension, side: FrameSide, pixels: number, model: Sides): Extension {
  const along = side === 'left' || side === 'right' ? picture.width : picture.height
  const rest = along + before[OPPOSITE[side]]
  const free = model.minSide === model.maxSide
  const step = free ? 8 : model.factor
  const whole = Math.round((rest + Math.max(0, pixels)) / step) * step
  const most = free ? 3 * along : Math.max(rest, Math.floor(model.maxSide / step) * step)
  return { ...before, [side]: pixels <= step / 2 ? 0 : Math.max(0, Math.min(most, whole) - rest) }
}
