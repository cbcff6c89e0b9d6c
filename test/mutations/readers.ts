import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { Recipe } from '../../shared/schema/recipe'
import { findRecipeInFile } from '../../src-main/engine/images/recipe-in-png'
import { encodeWithRecipe } from '../../src-main/engine/images/recipe-in-png'
import { picture } from '../../src-main/engine/images/picture'
import { BertConfig } from '../../src-main/engine/models/bert/config'
import { readAdapter } from '../../src-main/engine/models/peft/read-adapter'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timLinearLayers } from '../../src-main/engine/models/tim/linear-layers'
import { openTokenizer } from '../../src-main/engine/text/tokenizer'
import { readConfig } from '../../src-main/engine/weights/component'
import { openModelFolder } from '../../src-main/engine/weights/manifest'
import { openFolder, openWeights } from '../../src-main/engine/weights/open-weights'
import type { WeightSource } from '../../src-main/engine/weights/tensor-ref'
import { mutate } from '../support/mutate'
import { writeModelFolder } from '../support/model-folder'
import { glob, pickle, text, word, zip } from '../support/torch-file'

/** A reader of files that come from elsewhere, and how what it reads is damaged. */
export interface Reader {
  /** Writes whole files into a folder, once. */
  readonly prepare: (folder: string) => Promise<void>
  /** Puts a damaged copy in the place that `read` reads. Returns its bytes. */
  readonly damage: (folder: string, random: () => number) => number
  /** Reads, to the last tensor. */
  readonly read: (folder: string) => void
}

const LARGE = 16 * 1024 * 1024
const FIXTURES = resolve('test/golden/fixtures')

/** Writes `head` and behind it as many bytes as given, which take no room on the disk. */
function writeSparse(path: string, head: Uint8Array, rest: number): number {
  const file = openSync(path, 'w')
  writeSync(file, head)
  ftruncateSync(file, Math.max(0, head.length + rest))
  closeSync(file)
  return Math.max(0, head.length + rest)
}

/** Every tensor once, but no more bytes than the file has: views may share them. */
function readAll(source: WeightSource, bytes: number): void {
  let left = bytes
  for (const { key, length } of source.tensors.values()) {
    if ((left -= length) < 0) return
    source.read(key)
  }
}

const sizeOf = (...paths: string[]): number => paths.reduce((sum, path) => sum + statSync(path).size, 0)
const pick = <T>(random: () => number, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T

function safetensorsHead(): Buffer {
  const entry = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] })
  const half = LARGE / 2
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: { format: 'pt' },
      a: entry([half / 16, 4], 0, half),
      b: entry([half / 8], half, half + half / 2),
      c: entry([half / 8], half + half / 2, LARGE),
    }),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header])
}

const safetensors: Reader = {
  prepare: () => Promise.resolve(),
  damage: (folder, random) => {
    const rest = random() < 0.2 ? Math.floor(random() * 2 * LARGE) : LARGE
    return writeSparse(join(folder, 'x.safetensors'), mutate(safetensorsHead(), random), rest)
  },
  read: (folder) => {
    const path = join(folder, 'x.safetensors')
    readAll(openWeights(path), sizeOf(path))
  },
}

/** Places that an index must not reach, or that are no files of weights. */
const TRICKS = [
  '../x.safetensors',
  '/etc/passwd',
  'a/../../x.bin',
  'C:\\x.bin',
  'x\u0000.safetensors',
  '\u0000',
  '.',
  '..',
  '',
  'pipe.bin',
  'zero.bin',
  'out.safetensors',
  'folder.bin',
  'model.safetensors.index.json',
  'loop.bin',
]

const shards: Reader = {
  prepare: (folder) => {
    for (const name of ['one', 'two']) writeSparse(join(folder, `${name}.safetensors`), safetensorsHead(), LARGE)
    symlinkSync('/dev/zero', join(folder, 'zero.bin'))
    // Whoever opens a pipe waits for its other end.
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'pipe.bin')])
    symlinkSync('/etc/passwd', join(folder, 'out.safetensors'))
    symlinkSync('loop.bin', join(folder, 'loop.bin'))
    mkdirSync(join(folder, 'folder.bin'))
    return Promise.resolve()
  },
  damage: (folder, random) => {
    const place = (name: string): string => (random() < 0.3 ? pick(random, TRICKS) : name)
    const index = {
      metadata: {},
      weight_map: { a: place('one.safetensors'), b: place('two.safetensors'), c: place('two.safetensors') },
    }
    const whole = Buffer.from(JSON.stringify(index))
    writeFileSync(join(folder, 'model.safetensors.index.json'), random() < 0.3 ? whole : mutate(whole, random))
    return whole.length + 2 * LARGE
  },
  read: (folder) => readAll(openFolder(folder), 2 * LARGE),
}

const STATE_DICT = readFileSync(resolve('test/support/state-dict.pt'))

const torchZip: Reader = {
  prepare: () => Promise.resolve(),
  damage: (folder, random) => {
    const bytes = mutate(STATE_DICT, random)
    writeFileSync(join(folder, 'x.pt'), bytes)
    return bytes.length
  },
  read: (folder) => readAll(openWeights(join(folder, 'x.pt')), sizeOf(join(folder, 'x.pt'))),
}

/** Programs for the pickle machine, among damaged descriptions of tensors. */
const CODE = [
  Buffer.concat([glob('os', 'system'), text('('), word('touch /tmp/run-by-a-pickle'), text('tR.')]),
  Buffer.concat([Buffer.of(0x80, 4), word('builtins'), word('exec'), Buffer.of(0x93), text('.')]),
  Buffer.concat([text('(i__main__\nX\n.')]),
  Buffer.concat([glob('torch._utils', '_rebuild_tensor_v2'), text(')R.')]),
]

const torchPickle: Reader = {
  prepare: () => Promise.resolve(),
  damage: (folder, random) => {
    const count = pick(random, [2, 255])
    const whole = pickle({ shape: [count], count, offset: pick(random, [0, 0, 1, 200]) })
    const code = pick(random, CODE)
    const at = Math.floor(random() * whole.length)
    const program = random() < 0.2 ? Buffer.concat([whole.subarray(0, at), code, whole.subarray(at)]) : whole
    const data = random() < 0.1 ? code : mutate(program, random)
    const storage = { name: 'm/data/0', data: Buffer.alloc(1020) }
    const description = {
      name: 'm/data.pkl',
      data,
      deflate: random() < 0.3,
      ...(random() < 0.1 ? { claim: pick(random, [0, 1, 2 ** 31, 2 ** 32 - 2]) } : {}),
    }
    const bytes = zip([description, storage], random() < 0.3)
    writeFileSync(join(folder, 'x.pt'), bytes)
    return bytes.length
  },
  read: torchZip.read,
}

const modelJson: Reader = {
  prepare: async (folder) => writeModelFolder(join(folder, 'whole'), 'tiny'),
  damage: (folder, random) => {
    mkdirSync(join(folder, 'model'), { recursive: true })
    const damaged = [
      ['whole/model.json', 'model/model.json'],
      ['whole/transformer/config.json', 'model/config.json'],
      ['whole/text/config.json', 'model/text.json'],
    ].map(([from = '', to = '']) => {
      writeFileSync(join(folder, to), mutate(readFileSync(join(folder, from)), random))
      return join(folder, to)
    })
    return sizeOf(...damaged)
  },
  read: (folder) =>
    attemptAll(
      () => openModelFolder(join(folder, 'model')),
      () => readConfig(join(folder, 'model', 'config.json'), TimConfig),
      () => readConfig(join(folder, 'model', 'text.json'), BertConfig),
    ),
}

/** All of several readings, so that one refusal does not spare the others. */
function attemptAll(...readings: readonly (() => void)[]): void {
  let refused: unknown
  for (const reading of readings) {
    try {
      reading()
    } catch (error) {
      if (!(error instanceof Error && 'remedy' in error)) throw error
      refused = error
    }
  }
  if (refused !== undefined) throw refused
}

const tokenizer: Reader = {
  prepare: modelJson.prepare,
  damage: (folder, random) => {
    const bytes = mutate(readFileSync(join(folder, 'whole', 'text', 'tokenizer.json')), random)
    writeFileSync(join(folder, 'tokenizer.json'), bytes)
    return bytes.length
  },
  read: (folder) => {
    const opened = openTokenizer(join(folder, 'tokenizer.json'))
    for (const prompt of ['a red fox, flat style', '', 'é🦊\u0000\n', 'x'.repeat(500)]) opened.encode(prompt)
  },
}

const recipe = Recipe.parse({
  version: 1,
  model: { name: 'starter', sha256: 'ab'.repeat(32) },
  prompt: 'a red fox, "flat" style',
  negativePrompt: '',
  steps: 8,
  width: 128,
  height: 128,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 7,
  imageIndex: 0,
  noise: 'philox4x32-10/1',
  stochasticity: 0,
  sampleType: 'transition',
  adapters: [],
  precision: 'f32',
  provider: 'cpu',
} satisfies Recipe)
const png = encodeWithRecipe(picture(8, 8, new Uint8Array(192).fill(77)), recipe)

const pngRecipe: Reader = {
  prepare: () => Promise.resolve(),
  damage: (folder, random) => {
    const bytes = mutate(png, random)
    writeFileSync(join(folder, 'x.png'), bytes)
    return bytes.length
  },
  read: (folder) => void findRecipeInFile(join(folder, 'x.png')),
}

const adapterFolder = join(FIXTURES, 'peft', 'lora')
const network = timLinearLayers(TimConfig.parse(JSON.parse(readFileSync(join(FIXTURES, 'tim-t2i', 'config.json'), 'utf8'))))

const adapter: Reader = {
  prepare: () => Promise.resolve(),
  damage: (folder, random) => {
    const [config, weights] = ['adapter_config.json', 'adapter_model.safetensors']
    const which = random()
    const bytes = readFileSync(join(adapterFolder, weights))
    if (which < 0.6) writeFileSync(join(folder, weights), mutate(bytes, random, 8 + bytes.readUInt32LE()))
    else copyFileSync(join(adapterFolder, weights), join(folder, weights))
    const text = readFileSync(join(adapterFolder, config))
    writeFileSync(join(folder, config), which > 0.4 ? mutate(text, random) : text)
    return sizeOf(join(folder, config), join(folder, weights))
  },
  read: (folder) => void readAdapter(folder, network),
}

/** Reads three times what the file holds: shows that the bar on memory can fail. */
const greedy: Reader = {
  ...safetensors,
  read: (folder) => {
    const copies = [1, 2, 3].map(() => readFileSync(join(folder, 'x.safetensors')).fill(1))
    if (copies.length === 0) throw new Error('unreachable')
  },
}

/** Never ends: shows that the bar on time can fail. */
const endless: Reader = {
  ...safetensors,
  read: () => {
    for (;;);
  },
}

export const readers: Readonly<Record<string, Reader>> = {
  safetensors,
  'sharded index': shards,
  'torch zip': torchZip,
  'torch pickle': torchPickle,
  'model.json and config.json': modelJson,
  'tokenizer.json': tokenizer,
  'recipe in a PNG': pngRecipe,
  'PEFT adapter': adapter,
  greedy,
  endless,
}
