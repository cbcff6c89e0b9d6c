import { InvalidArgumentError } from 'commander'
import { ModelName } from '#shared/engine/models'
import { RECIPE_LIMITS } from '#shared/schema/recipe'
import type { Extension } from '#shared/schema/start-place'

/** Readers of option values. Each throws InvalidArgumentError that says what is allowed; commander names the option. */

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN
    if (Number.isSafeInteger(value) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`Allowed: a whole number from ${low} to ${high}.`)
  }
}

/** A number from `low` to `high`. */
export function numberBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text)
    if (value >= low && value <= high) return value
    throw new InvalidArgumentError(`Allowed: a number from ${low} to ${high}.`)
  }
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels as `WIDTHxHEIGHT`, or one number for a square. */
export function pictureSize(text: string): Size {
  const found = /^(\d{1,6})(?:[x×](\d{1,6}))?$/i.exec(text.trim())
  const width = Number(found?.[1])
  const height = Number(found?.[2] ?? found?.[1])
  if (width > 0 && height > 0) return { width, height }
  throw new InvalidArgumentError('Allowed: WIDTHxHEIGHT in pixels, such as 128x128, or one number for a square.')
}

/** Pixels around a picture as `LEFT,TOP,RIGHT,BOTTOM`, or one number for all sides. */
export function pixelsAround(text: string): Extension {
  const found = /^(\d{1,5})(?:,(\d{1,5}),(\d{1,5}),(\d{1,5}))?$/.exec(text.replaceAll(' ', ''))
  const [left, top, right, bottom] = [1, 2, 3, 4].map((i) => Number(found?.[i] ?? found?.[1]))
  if (found !== null && left !== undefined && top !== undefined && right !== undefined && bottom !== undefined) {
    return { left, top, right, bottom }
  }
  throw new InvalidArgumentError('Allowed: LEFT,TOP,RIGHT,BOTTOM in pixels, such as 0,0,128,0, or one number for all sides.')
}

/** One of `names`. */
export function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text)
    if (found !== undefined) return found
    throw new InvalidArgumentError(`Allowed: ${names.join(', ')}.`)
  }
}

/** What a model can be called. */
export function modelName(text: string): string {
  const read = ModelName.safeParse(text)
  if (read.success) return read.data
  throw new InvalidArgumentError(`A name ${read.error.issues[0]?.message ?? 'is needed'}.`)
}

/** The part of the path that guidance acts on, as `LOW-HIGH` in shares of the path (0 is the picture, 1 the noise). */
export function guidanceInterval(text: string): { readonly low: number; readonly high: number } {
  const found = /^(\d*\.?\d+)\s*[-–]\s*(\d*\.?\d+)$/.exec(text.trim())
  const low = Number(found?.[1])
  const high = Number(found?.[2])
  if (low >= 0 && high <= 2 && low <= high) return { low, high }
  throw new InvalidArgumentError('Allowed: LOW-HIGH from 0 to 2, such as 0-0.6; above 1 guides the first step too.')
}

/** An adapter as the command line names it. */
export interface AdapterWish {
  readonly name: string
  readonly strength: number
}

/** `NAME` or `NAME:STRENGTH`, added to those before it. */
export function adapterWish(text: string, before: readonly AdapterWish[] = []): AdapterWish[] {
  const { adapterStrength: most, adapters } = RECIPE_LIMITS
  const [, name = '', given] = /^([^:]+)(?::([^:]*))?$/.exec(text) ?? []
  const strength = given === undefined ? 1 : Number(given)
  if (name === '' || given === '' || !(Math.abs(strength) <= most))
    throw new InvalidArgumentError(`Allowed: NAME, or NAME:STRENGTH with a strength from −${most} to ${most}, such as ink:0.8.`)
  if (before.length === adapters) throw new InvalidArgumentError(`At most ${adapters} adapters.`)
  return [...before, { name, strength }]
}
