/** Pixels along the sides of a corner that is looked at. */
const MARGIN = 8

/** The colour behind a thing: the median of the four corners of a picture. Shape: (3,side,side) in [−1,1] → sRGB 0 … 255. */
export function cornerColour(picture: Float32Array, side: number): readonly [number, number, number] {
  const median = (channel: number): number => {
    const values: number[] = []
    for (const y of [0, side - MARGIN]) {
      for (const x of [0, side - MARGIN]) {
        for (let i = 0; i < MARGIN; i++) {
          for (let j = 0; j < MARGIN; j++) values.push(picture[channel * side * side + (y + i) * side + x + j] ?? 0)
        }
      }
    }
    values.sort((a, b) => a - b)
    return ((values[values.length >> 1] ?? 0) + 1) * 127.5
  }
  return [median(0), median(1), median(2)]
}
