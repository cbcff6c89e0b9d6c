import { BYTES, type DType } from '../ir/dtype'
import { sizeOf } from '../ir/tensor'
import { emptyDict, isKind, PickleError, type Pickled, type PickleRules } from './pickled'
import { weightSource, type TensorRef, type WeightSource } from './tensor-ref'
import { unpickle } from './unpickle'
import { FETCH_AGAIN, WeightsError } from './weights-error'
import { dataOffset, openZip, readZipEntry, type ZipFile } from './zip'

/**
 * PyTorch's files (`torch.save` since 1.6): a zip with `NAME/data.pkl`, which describes the tensors, and `NAME/data/KEY`, one stored entry
 * for each storage. The pickle is read by an unpickler that knows these names and no others; tensors stay where they lie.
 */

/** Storage classes by element. What else torch has (doubles, complex, quantised) is refused by name. */
const STORAGES: ReadonlyMap<string, DType> = new Map([
  ['torch.FloatStorage', 'f32'],
  ['torch.HalfStorage', 'f16'],
  ['torch.BFloat16Storage', 'bf16'],
  ['torch.LongStorage', 'i64'],
  ['torch.IntStorage', 'i32'],
  ['torch.BoolStorage', 'bool'],
  ['torch.ByteStorage', 'u8'],
  ['torch.CharStorage', 'i8'],
])

const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2'
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter'
const ORDERED_DICT = 'collections.OrderedDict'

const LARGEST_PICKLE = 8 * 1024 * 1024
/** What the description of a checkpoint without any data may cost in memory: enough for some thousand tensors. */
const SMALLEST_WARRANT = 8 * 1024 * 1024
/** What one tensor costs, found: its reference, its key, its place in a table. */
const TENSOR_COST = 400
const HIGHEST_RANK = 16

interface Storage {
  readonly kind: 'storage'
  readonly dtype: DType
  readonly key: string
  /** Elements. */
  readonly count: number
}

interface StoredTensor {
  readonly kind: 'tensor'
  readonly storage: Storage
  /** Elements from the start of the storage. */
  readonly offset: number
  readonly shape: readonly number[]
}

/** Opens a `.bin`, `.pth` or `.pt` file. Keys of nested dicts are joined by dots. Throws WeightsError, FileError. */
export function openTorch(path: string): WeightSource {
  const zip = openZip(path)
  const pickles = [...zip.entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name))
  const pickle = pickles[0]
  if (pickle === undefined || pickles.length > 1) {
    throw new WeightsError('weights.format', path, 'is a zip file, but not one of PyTorch', 'Name a file written by torch.save.')
  }
  const root = pickle.slice(0, -'data.pkl'.length)
  checkByteOrder(zip, root)
  const top = readPickle(zip, pickle)
  const refs: TensorRef[] = []
  const offsets = new Map<string, number>()
  for (const [key, tensor] of namedTensors(zip, top)) refs.push(locate(zip, root, key, tensor, offsets))
  return weightSource(path, refs)
}

function checkByteOrder(zip: ZipFile, root: string): void {
  const entry = zip.entries.get(`${root}byteorder`)
  if (!entry || new TextDecoder().decode(readZipEntry(zip, entry, 64)).trim() === 'little') return
  throw new WeightsError('weights.format', zip.path, 'was written on a big-endian machine', 'Save it again on another machine.')
}

/** The memory in bytes that a file's description may take: no more than the file itself. */
function warrantOf({ bytes }: ZipFile): number {
  return SMALLEST_WARRANT + bytes
}

function readPickle(zip: ZipFile, name: string): Pickled {
  const entry = zip.entries.get(name)
  if (!entry) throw new WeightsError('weights.zip', zip.path, `has no ${name}`, FETCH_AGAIN)
  const bytes = readZipEntry(zip, entry, LARGEST_PICKLE)
  try {
    return unpickle(bytes, rules, warrantOf(zip))
  } catch (error) {
    if (!(error instanceof PickleError)) throw error
    if (error.global === undefined)
      throw new WeightsError('weights.pickle', zip.path, `has a ${name} that ${error.message}`, FETCH_AGAIN)
    const what = `holds more than weights: it names ${error.global}, and nothing but tensors, dicts, lists, tuples, text and numbers is read`
    const remedy = 'Save the weights alone (torch.save of a state_dict), or convert them to .safetensors.'
    throw new WeightsError('weights.unsafe-global', zip.path, what, remedy)
  }
}

const rules: PickleRules = {
  allows: (name) => STORAGES.has(name) || name === REBUILD_TENSOR || name === REBUILD_PARAMETER || name === ORDERED_DICT,
  call: (name, args) => {
    if (name === ORDERED_DICT && args.length === 0) return emptyDict()
    if (name === REBUILD_TENSOR) return { is: 'object', value: rebuildTensor(args) }
    const [data] = args
    if (name === REBUILD_PARAMETER && isKind(data, 'object')) return data
    throw new PickleError(`calls ${name} in an unknown way`)
  },
  load: (id) => ({ is: 'object', value: loadStorage(id) }),
}

/** ('storage', class, key, device, count). */
function loadStorage(id: Pickled): Storage {
  const [tag, type, key, , count] = isKind(id, 'tuple') ? id.items : []
  const dtype = isKind(type, 'global') ? STORAGES.get(type.name) : undefined
  if (tag === 'storage' && dtype !== undefined && typeof key === 'string' && isCount(count))
    return { kind: 'storage', dtype, key, count }
  throw new PickleError('describes a storage in an unknown way')
}

/** (storage, offset, shape, strides, requires_grad, hooks). */
function rebuildTensor(args: readonly Pickled[]): StoredTensor {
  const [holder, offset, size, stride] = args
  const storage = isKind(holder, 'object') ? (holder.value as Partial<Storage>) : {}
  const shape = isKind(size, 'tuple') ? size.items : undefined
  const strides = isKind(stride, 'tuple') ? stride.items : undefined
  const isKnown = storage.kind === 'storage' && isCount(offset) && shape?.every(isCount) && strides?.every(isCount)
  if (!isKnown || shape.length > HIGHEST_RANK || shape.length !== strides.length)
    throw new PickleError('describes a tensor in an unknown way')
  if (!isRowMajor(shape, strides))
    throw new PickleError('describes a tensor whose rows are not stored one after the other (save it contiguous)')
  const elements = sizeOf(shape)
  if (!Number.isSafeInteger(elements) || offset + elements > (storage.count ?? 0))
    throw new PickleError('describes a tensor beyond its storage')
  return { kind: 'tensor', storage: storage as Storage, offset, shape }
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true
  let expected = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    const dim = shape[i] ?? 1
    if (dim !== 1 && strides[i] !== expected) return false
    expected *= dim
  }
  return true
}

/** Real checkpoints nest three deep at most; both bounds keep shared parts from being walked without end. */
const DEEPEST = 6
const MOST_VALUES = 1_000_000

/** All tensors of nested dicts (and lists) with their paths. Numbers, texts and the like are passed over. */
function namedTensors(zip: ZipFile, top: Pickled): Map<string, StoredTensor> {
  const { path } = zip
  const found = new Map<string, StoredTensor>()
  let visited = 0
  const visit = (key: string, value: Pickled, depth: number): void => {
    if (++visited > MOST_VALUES || depth > DEEPEST)
      throw new WeightsError('weights.pickle', path, 'is nested beyond any checkpoint', FETCH_AGAIN)
    const inner = (name: string | number): string => (key === '' ? String(name) : `${key}.${name}`)
    if (isKind(value, 'dict')) for (const [name, part] of value.entries) visit(inner(name), part, depth + 1)
    else if (isKind(value, 'list') || isKind(value, 'tuple')) value.items.forEach((part, i) => visit(inner(i), part, depth + 1))
    else if (isKind(value, 'object') && isStoredTensor(value.value)) {
      if (found.size * TENSOR_COST > warrantOf(zip))
        throw new WeightsError('weights.pickle', path, 'names more tensors than its size warrants', FETCH_AGAIN)
      if (found.has(key)) throw new WeightsError('weights.duplicate', path, `has two tensors called '${key}'`, FETCH_AGAIN)
      found.set(key, value.value)
    }
  }
  visit('', top, 0)
  return found
}

/** The place of a tensor's bytes in the file. `offsets` remembers where each storage begins. */
function locate(zip: ZipFile, root: string, key: string, tensor: StoredTensor, offsets: Map<string, number>): TensorRef {
  const { storage } = tensor
  const bytes = BYTES[storage.dtype]
  const entry = zip.entries.get(`${root}data/${storage.key}`)
  const wrong = (what: string, remedy = FETCH_AGAIN): WeightsError =>
    new WeightsError('weights.tensor', zip.path, `has a tensor '${key}' ${what}`, remedy)
  if (!entry) throw wrong('without its data')
  if (entry.method !== 0) throw wrong('whose data is compressed', 'Save it again with torch.save, or convert it to .safetensors.')
  if (entry.size !== entry.packed || storage.count * bytes > entry.size)
    throw wrong(`whose data has ${entry.size} of ${storage.count * bytes} bytes`)
  const start = offsets.get(entry.name) ?? dataOffset(zip, entry)
  offsets.set(entry.name, start)
  const offset = start + tensor.offset * bytes
  return { key, dtype: storage.dtype, shape: tensor.shape, file: zip.path, offset, length: sizeOf(tensor.shape) * bytes }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isStoredTensor(value: unknown): value is StoredTensor {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor'
}
