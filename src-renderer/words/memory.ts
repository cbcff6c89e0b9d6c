import type { MemoryNeed } from '#shared/schema/memory'
import { byteSize, dimensions } from './dimensions'

/** What a picture takes of the memory: "about 2.1 GB of memory", and where that is too much, what would fit. */
export function memoryLine({ bytes, available, fits, choices }: MemoryNeed): string {
  if (fits) return `About ${byteSize(bytes)} of memory.`
  const [first] = choices
  const needs = `Needs ${byteSize(bytes)} of memory; ${byteSize(available)} are free.`
  switch (first?.is) {
    case 'smaller':
      return `${needs} ${dimensions(first.width, first.height)} fits.`
    case 'unguided':
      return `${needs} Without guidance it fits.`
    case 'precision':
      return `${needs} Imported in ${first.precision} the model fits.`
    case 'streamed':
      return `${needs} Read from the disk block by block it fits, more slowly.`
    case undefined:
      return `${needs} Close other programs.`
  }
}
