import { basename, dirname, join, resolve } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import { FinetuneConfig } from '#shared/schema/run'
import { readWhole } from '../../engine/files/read-bytes'
import { UsageError } from '../explain'

/** Settings of a run that the command line can give; each goes before what a file says. */
export interface RunWishes {
  readonly images?: string
  readonly name?: string
  readonly model?: string
  readonly steps?: number
  readonly batch?: number
  readonly lr?: number
  readonly seed?: number
  readonly rank?: number
  readonly alpha?: number
  readonly targets?: string
  readonly method?: string
  readonly trigger?: string
  readonly resolution?: number
  readonly flip?: boolean
  readonly holdOut?: number
  readonly preserve?: number
  readonly cacheSize?: number
  readonly checkpointEvery?: number
}

type Plain = Readonly<Record<string, unknown>>

/**
 * The settings of a run: those of a file (or of the run that is resumed), and over them the options. Throws UsageError naming the setting
 * that is wrong, FileError or FailureError where the file cannot be read.
 */
export function runFromOptions(wishes: RunWishes, file: string | undefined): FinetuneConfig {
  const { config, folder } = file === undefined ? { config: {}, folder: process.cwd() } : readFile(file)
  const images = wishes.images === undefined ? undefined : resolve(wishes.images)
  const given = typeof config['images'] === 'string' ? resolve(folder, config['images']) : undefined
  const name = wishes.name ?? config['name'] ?? nameAfter(images ?? given)
  const {
    model,
    steps,
    batch,
    lr: learningRate,
    seed,
    rank,
    alpha = rank,
    method,
    trigger,
    resolution,
    flip,
    holdOut,
    preserve: pictures,
    cacheSize: cacheGigabytes,
    checkpointEvery,
  } = wishes
  const targets = wishes.targets === undefined ? undefined : targetsOf(wishes.targets)
  const parsed = FinetuneConfig.safeParse({
    ...config,
    ...defined({ name, model, images: images ?? given, cacheGigabytes }),
    data: { ...part(config['data']), ...defined({ trigger, resolution, flip, holdOut }) },
    adapter: { ...part(config['adapter']), ...defined({ rank, alpha, method, targets }) },
    preserve: { ...part(config['preserve']), ...defined({ pictures }) },
    training: { ...part(config['training']), ...defined({ steps, batch, learningRate, seed, checkpointEvery }) },
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new UsageError(`The run cannot be: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'unknown'}.`, remedyFor(where))
}

const OPTIONS: Readonly<Record<string, string>> = {
  images: 'Name the folder of pictures with --images.',
  'training.steps': 'Say how many steps with --steps, such as --steps 800.',
}

function remedyFor(where: string): string {
  return OPTIONS[where] ?? 'tim train --help lists the options and what a run file holds.'
}

const LARGEST_FILE = 1 << 20

function readFile(file: string): { readonly config: Plain; readonly folder: string } {
  const text = new TextDecoder().decode(readWhole(file, LARGEST_FILE))
  try {
    return { config: part(JSON.parse(text)), folder: dirname(resolve(file)) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FailureError({
      code: 'file-broken',
      file,
      message: `${file} is damaged: it is no JSON (${why}).`,
      remedy: 'Correct the run file.',
    })
  }
}

/** Whether a run file tells of an adapter: whole networks learn from `pictures`, adapters from `images`. */
export function isAdapterRun(file: string): boolean {
  return 'images' in readFile(file).config
}

/** The file in which a run keeps its settings. */
export function settingsOf(runs: string, name: string): string {
  return join(runs, name, 'run.json')
}

function nameAfter(folder: string | undefined): string | undefined {
  const name = basename(folder ?? '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
  return name === '' ? undefined : name.slice(0, 80)
}

/** A preset, names of layers separated by commas, or an expression in Python's syntax behind `re:`. */
function targetsOf(text: string): unknown {
  if (/^(attn(\+cross(\+mlp)?)?|all)$/.test(text)) return { preset: text }
  return text.startsWith('re:') ? text.slice(3) : text.split(',').map((name) => name.trim())
}

function part(value: unknown): Plain {
  return typeof value === 'object' && value !== null ? (value as Plain) : {}
}

function defined(values: Plain): Plain {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
