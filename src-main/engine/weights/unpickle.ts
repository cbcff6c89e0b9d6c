import { emptyDict, isKind, PickleError, tuple, type Pickled, type PickleRules } from './pickled'

/**
 * A reader of Python pickles that cannot run anything. It builds None, booleans, numbers, strings, bytes, lists, tuples and dicts, and hands
 * every global, call and persistent id to `rules`, which know a handful by name. Opcodes: CPython's Lib/pickletools.py.
 */

/** A tensor takes about twenty. Bounds the time that a file can ask for. */
const MOST_INSTRUCTIONS = 2_000_000

/** Bytes that values take in memory here, about. */
const COST = { slot: 16, number: 16, text: 32, list: 100, dict: 260, object: 200, memo: 48 } as const

const MARK = Symbol('mark')
type Slot = Pickled | typeof MARK

/**
 * Reads one pickle, building no more than `warrant` bytes of values: a byte of a pickle may ask for hundreds. Throws PickleError.
 * Time is proportional to its length.
 */
export function unpickle(bytes: Uint8Array, rules: PickleRules, warrant: number): Pickled {
  return new Machine(bytes, rules, warrant).run()
}

class Machine {
  private readonly view: DataView
  private readonly stack: Slot[] = []
  private readonly memo = new Map<number, Pickled>()
  private at = 0

  constructor(
    private readonly bytes: Uint8Array,
    private readonly rules: PickleRules,
    private warrant: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): Pickled {
    for (let count = 0; count < MOST_INSTRUCTIONS; count++) {
      const opcode = this.byte()
      if (opcode === 0x2e) return this.pop()
      const action = OPCODES.get(opcode)
      if (!action) throw new PickleError(`has an instruction 0x${opcode.toString(16)} that weights do not need`)
      action(this)
    }
    throw new PickleError('has more instructions than any checkpoint')
  }

  /** The position of the next `length` bytes, which are consumed. */
  take(length: number): number {
    const from = this.at
    if (length > this.bytes.length - from) throw new PickleError('ends early')
    this.at += length
    return from
  }
  byte(): number {
    return this.view.getUint8(this.take(1))
  }
  u16(): number {
    return this.view.getUint16(this.take(2), true)
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }
  i32(): number {
    return this.view.getInt32(this.take(4), true)
  }
  f64(): number {
    return this.view.getFloat64(this.take(8), false)
  }
  raw(length: number): Uint8Array {
    const from = this.take(length)
    return this.bytes.subarray(from, from + length)
  }
  text(length: number): string {
    return new TextDecoder().decode(this.raw(length))
  }
  pushText(length: number): void {
    this.spend(COST.text + length)
    this.push(this.text(length))
  }
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0) throw new PickleError('ends early')
    const text = this.text(end - this.at)
    this.at = end + 1
    return text
  }
  /** A little-endian two's complement integer; those of weights fit 64 bits. */
  long(length: number): number | bigint {
    if (length > 16) throw new PickleError('has a number of absurd length')
    let value = 0n
    this.raw(length).forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)))
    value = BigInt.asIntN(8 * length, value)
    return value >= -0x1f_ffff_ffff_ffffn && value <= 0x1f_ffff_ffff_ffffn ? Number(value) : value
  }

  push(value: Slot): void {
    this.spend(COST.slot)
    this.stack.push(value)
  }
  /** Takes what a new value needs from the warrant. */
  spend(bytes: number): void {
    this.warrant -= bytes
    if (this.warrant < 0) throw new PickleError('builds more than its file warrants')
  }
  /** Puts a new value. */
  create(value: Pickled, cost: number): void {
    this.spend(cost)
    this.push(value)
  }
  pop(): Pickled {
    const value = this.stack.pop()
    if (value === undefined || value === MARK) throw new PickleError('takes more than it has put')
    return value
  }
  top(): Pickled {
    const value = this.stack.at(-1)
    if (value === undefined || value === MARK) throw new PickleError('takes more than it has put')
    return value
  }
  /** Everything above the last mark, which goes too. */
  popToMark(): Pickled[] {
    const mark = this.stack.lastIndexOf(MARK)
    if (mark < 0) throw new PickleError('has no mark where it needs one')
    const values = this.stack.splice(mark + 1)
    this.stack.pop()
    return values as Pickled[]
  }
  popMany(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.pop()).reverse()
  }
  remember(index: number): void {
    this.spend(COST.memo)
    this.memo.set(index, this.top())
  }
  memoize(): void {
    this.remember(this.memo.size)
  }
  recall(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw new PickleError('recalls what it never remembered')
    this.push(value)
  }

  global(name: string): void {
    if (!this.rules.allows(name)) throw new PickleError(`names ${name}`, name.slice(0, 200))
    this.create({ is: 'global', name }, COST.text + name.length)
  }
  reduce(): void {
    const [callee, args] = this.popMany(2)
    if (!isKind(callee, 'global') || !isKind(args, 'tuple')) throw new PickleError('calls what cannot be called')
    this.create(this.rules.call(callee.name, args.items), COST.object)
  }
  append(values: readonly Pickled[]): void {
    const list = this.top()
    if (!isKind(list, 'list')) throw new PickleError('appends to what is no list')
    this.spend(values.length * COST.slot)
    for (const value of values) list.items.push(value)
  }
  setItems(pairs: readonly Pickled[]): void {
    const dict = this.top()
    if (!isKind(dict, 'dict') || pairs.length % 2 !== 0) throw new PickleError('sets items of what is no dict')
    this.spend((pairs.length / 2) * COST.memo)
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i]
      if (typeof key === 'string' || typeof key === 'number') dict.entries.set(key, pairs[i + 1] ?? null)
    }
  }
  /** State of an object. Ordered dicts carry attributes (`_metadata`), which are not needed; nothing else takes any. */
  build(): void {
    this.pop()
    if (!isKind(this.top(), 'dict')) throw new PickleError('sets the state of what has none')
  }
  persistent(): void {
    this.create(this.rules.load(this.pop()), COST.object)
  }
}

/** What weights are pickled with, protocols 2 to 5. */
const OPCODES: ReadonlyMap<number, (m: Machine) => void> = new Map<number, (m: Machine) => void>([
  [0x80, (m) => void m.byte()], // PROTO
  [0x95, (m) => void m.take(8)], // FRAME
  [0x28, (m) => m.push(MARK)], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.i32())], // BININT
  [0x4b, (m) => m.push(m.byte())], // BININT1
  [0x4d, (m) => m.push(m.u16())], // BININT2
  [0x8a, (m) => m.create(m.long(m.byte()), COST.number)], // LONG1
  [0x8b, (m) => m.create(m.long(m.u32()), COST.number)], // LONG4
  [0x47, (m) => m.create(m.f64(), COST.number)], // BINFLOAT
  [0x58, (m) => m.pushText(m.u32())], // BINUNICODE
  [0x8c, (m) => m.pushText(m.byte())], // SHORT_BINUNICODE
  [0x54, (m) => m.create(m.raw(m.u32()), COST.list)], // BINSTRING
  [0x55, (m) => m.create(m.raw(m.byte()), COST.list)], // SHORT_BINSTRING
  [0x42, (m) => m.create(m.raw(m.u32()), COST.list)], // BINBYTES
  [0x43, (m) => m.create(m.raw(m.byte()), COST.list)], // SHORT_BINBYTES
  [0x5d, (m) => m.create({ is: 'list', items: [] }, COST.list)], // EMPTY_LIST
  [0x29, (m) => m.create(tuple([]), COST.list)], // EMPTY_TUPLE
  [0x7d, (m) => m.create(emptyDict(), COST.dict)], // EMPTY_DICT
  [0x74, (m) => m.create(tuple(m.popToMark()), COST.list)], // TUPLE
  [0x85, (m) => m.create(tuple(m.popMany(1)), COST.list)], // TUPLE1
  [0x86, (m) => m.create(tuple(m.popMany(2)), COST.list)], // TUPLE2
  [0x87, (m) => m.create(tuple(m.popMany(3)), COST.list)], // TUPLE3
  [0x61, (m) => m.append(m.popMany(1))], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x73, (m) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x71, (m) => m.remember(m.byte())], // BINPUT
  [0x72, (m) => m.remember(m.u32())], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.recall(m.byte())], // BINGET
  [0x6a, (m) => m.recall(m.u32())], // LONG_BINGET
  [0x63, (m) => m.global(`${m.line()}.${m.line()}`)], // GLOBAL
  [0x93, (m) => m.global(m.popMany(2).map(String).join('.'))], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
])
