import type { Precision } from '#shared/schema/recipe'

/** How finely a network's weights are stored, from the finest on: its name, and what it is for. */
export const PRECISIONS: readonly { readonly value: Precision; readonly label: string; readonly what: string }[] = [
  { value: 'f32', label: '32 bit', what: 'as exact as can be' },
  { value: 'f16', label: '16 bit', what: 'half the memory, hardly a difference' },
  { value: 'q8', label: '8 bit', what: 'a quarter of the memory' },
  { value: 'int8', label: '8 bit, fast', what: 'a quarter of the memory, and the quickest on processors' },
  { value: 'q4', label: '4 bit', what: 'an eighth of the memory, visibly coarser' },
]

/** "16 bit". */
export function precisionName(precision: Precision): string {
  return PRECISIONS.find(({ value }) => value === precision)?.label ?? precision
}

/** A relative error in two significant figures: "0.057 %", "1.7 %", "12 %". */
export function errorShare(error: number): string {
  const percent = error * 100
  if (percent === 0) return '0 %'
  return `${Number(percent.toPrecision(2))} %`
}
