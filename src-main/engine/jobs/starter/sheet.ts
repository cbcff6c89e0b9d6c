import type { Tensor } from '../../ir/tensor'
import { picture, toPictures, type Picture } from '../../images/picture'

/** Every `step`-th picture of the batches side by side, `columns` a row, white where none is left. */
export function sheetOf(batches: readonly Tensor<'f32'>[], columns: number, step: number): Picture {
  const pictures = batches.flatMap((batch) => toPictures(batch)).filter((_, i) => i % step === 0)
  const { width: w = 0, height: h = 0 } = pictures[0] ?? {}
  const width = columns * w
  const height = Math.ceil(pictures.length / columns) * h
  const rgb = new Uint8Array(width * height * 3).fill(255)
  pictures.forEach((each, index) => {
    const left = (index % columns) * w
    const top = Math.floor(index / columns) * h
    for (let y = 0; y < h; y++) rgb.set(each.rgb.subarray(y * w * 3, (y + 1) * w * 3), ((top + y) * width + left) * 3)
  })
  return picture(width, height, rgb)
}
