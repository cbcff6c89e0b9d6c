import type { PictureSize } from './size'

/** Near: from this share of the area on that a limit names. */
const NEAR = 0.8

/** Which of a model's known limits concern a size: those that name no size, and those whose size is near, or is the only one it learnt. */
export function limitsAt(size: PictureSize, nativeSide: number, limits: readonly string[]): string[] {
  return limits.filter((limit) => {
    const named = /(\d{2,5})\s*[×x]\s*(\d{2,5})/.exec(limit)
    if (named === null) return true
    const [width, height] = [Number(named[1]), Number(named[2])]
    const isNative = width <= nativeSide && height <= nativeSide
    return isNative ? size.width !== width || size.height !== height : size.width * size.height >= NEAR * width * height
  })
}
