/**
 * AdamW's update as WebAssembly SIMD, four weights at a time: JavaScript's own loop takes five times as long, since it works in
 * float64, one number at a time. The module is assembled here, instruction by instruction.
 * Source of the opcodes: WebAssembly Core Specification 2.0, "Binary format".
 */

/** One update's numbers, as `adamw.ts` names them. */
export interface UpdateConstants {
  readonly scale: number
  /** 1 − lr λ. */
  readonly keep: number
  readonly beta1: number
  readonly beta2: number
  /** lr / (1 − β₁ⁿ). */
  readonly stride: number
  /** 1 / √(1 − β₂ⁿ). */
  readonly root: number
  readonly eps: number
  /** Of the running average. */
  readonly decay: number
}

/** Byte addresses in the kernel's memory, all multiples of 16. Updates ⌈bytes/16⌉ · 4 numbers. */
export interface UpdateAddresses {
  readonly gradient: number
  readonly weights: number
  readonly first: number
  readonly second: number
  /** Where the running average lies; undefined leaves it out. */
  readonly average: number | undefined
  readonly bytes: number
}

/** Runs one update on numbers that lie in its memory. */
export type UpdateKernel = (at: UpdateAddresses, constants: UpdateConstants) => void

type Code = readonly number[]

const I32 = 0x7f
const F32 = 0x7d
const V128 = 0x7b

/** Parameters of the functions, then their locals, in the order of the binary. */
const ADDRESSES = ['gradient', 'weights', 'first', 'second', 'average', 'end'] as const
const NUMBERS = ['scale', 'keep', 'rate1', 'beta2', 'rate2', 'stride', 'root', 'eps', 'rate'] as const
const VECTORS = ['g', 'm', 'v', 'p', 'e'] as const
type Local = (typeof ADDRESSES)[number] | (typeof VECTORS)[number] | `${(typeof NUMBERS)[number]}4`
const LOCALS = [...ADDRESSES, ...NUMBERS, ...VECTORS, ...NUMBERS.map((name) => `${name}4`)]

const unsigned = (value: number): Code => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)])
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
const text = (name: string): Code => vector([...name].map((letter) => [letter.charCodeAt(0)]))

const get = (name: Local | (typeof NUMBERS)[number]): Code => [0x20, ...unsigned(LOCALS.indexOf(name))]
const set = (name: Local): Code => [0x21, ...unsigned(LOCALS.indexOf(name))]
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]
const load = (address: Local): Code => [...get(address), ...simd(0x00), 4, 0]
const store = (address: Local, value: Local): Code => [...get(address), ...get(value), ...simd(0x0b), 4, 0]
const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [...a, ...b, ...simd(opcode)]
const [add, sub, mul, div] = [binary(0xe4), binary(0xe5), binary(0xe6), binary(0xe7)]
const sqrt = (a: Code): Code => [...a, ...simd(0xe3)]
const splat = (name: (typeof NUMBERS)[number]): Code => [...get(name), ...simd(0x13), ...set(`${name}4`)]
const advance = (address: Local): Code => [...get(address), 0x41, 16, 0x6a, ...set(address)]

/** The loop over sixteen bytes at a time, until `weights` reaches `end`. */
function body(withAverage: boolean): Code {
  const moving = ADDRESSES.filter((name) => name !== 'end' && (withAverage || name !== 'average'))
  const step = [
    // g ← gradient · scale
    ...mul(load('gradient'), get('scale4')),
    ...set('g'),
    // m ← m + (1−β₁)(g − m)
    ...load('first'),
    ...set('m'),
    ...add(get('m'), mul(sub(get('g'), get('m')), get('rate14'))),
    ...set('m'),
    ...store('first', 'm'),
    // v ← β₂ v + (1−β₂) g²
    ...add(mul(load('second'), get('beta24')), mul(mul(get('g'), get('g')), get('rate24'))),
    ...set('v'),
    ...store('second', 'v'),
    // p ← p (1 − lr λ) − stride m / (√v · root + ε)
    ...sub(
      mul(load('weights'), get('keep4')),
      div(mul(get('m'), get('stride4')), add(mul(sqrt(get('v')), get('root4')), get('eps4'))),
    ),
    ...set('p'),
    ...store('weights', 'p'),
    // e ← e + (1 − decay)(p − e)
    ...(withAverage
      ? [
          ...load('average'),
          ...set('e'),
          ...add(get('e'), mul(sub(get('p'), get('e')), get('rate4'))),
          ...set('e'),
          ...store('average', 'e'),
        ]
      : []),
  ]
  const again = [...get('weights'), ...get('end'), 0x49, 0x0d, 0]
  const loop = [0x03, 0x40, ...step, ...moving.flatMap(advance), ...again, 0x0b]
  return [...NUMBERS.flatMap(splat), ...loop, 0x0b]
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const parameters = vector([...ADDRESSES.map(() => [I32]), ...NUMBERS.map(() => [F32])])
  const locals = vector([[...unsigned(VECTORS.length + NUMBERS.length), V128]])
  const functions = [true, false].map((withAverage) => {
    const code = [...locals, ...body(withAverage)]
    return [...unsigned(code.length), ...code]
  })
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...parameters, 0]])),
    ...section(2, vector([[...text('host'), ...text('memory'), 2, 0, ...unsigned(1)]])),
    ...section(3, vector([[0], [0]])),
    ...section(
      7,
      vector([
        [...text('averaged'), 0, 0],
        [...text('plain'), 0, 1],
      ]),
    ),
    ...section(10, vector(functions)),
  )
}

let compiled: WebAssembly.Module | undefined

/** The kernel over a memory. Compiled once, at its first use. */
export function updateKernel(memory: WebAssembly.Memory): UpdateKernel {
  compiled ??= new WebAssembly.Module(moduleBytes())
  const { averaged, plain } = new WebAssembly.Instance(compiled, { host: { memory } }).exports
  if (typeof averaged !== 'function' || typeof plain !== 'function') throw new TypeError('the kernel exports two functions')
  return (at, c) => {
    const run = at.average === undefined ? plain : averaged
    const addresses = [at.gradient, at.weights, at.first, at.second, at.average ?? 0, at.weights + at.bytes]
    run(...addresses, c.scale, c.keep, 1 - c.beta1, c.beta2, 1 - c.beta2, c.stride, c.root, c.eps, 1 - c.decay)
  }
}
