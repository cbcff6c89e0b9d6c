import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os'
import { dataFolder } from '../../library/folders'

/** One line of the report: what, and how it is. `bad` lines need the reader. */
export interface Finding {
  readonly name: string
  readonly value: string
  readonly bad?: boolean
}

const GIB = 2 ** 30

/** Below these, drawing or keeping pictures begins to fail. */
const LEAST_MEMORY = GIB
const LEAST_DISK = GIB / 2

/** Packages whose versions matter, by the name the report gives them. */
const PACKAGES = { electron: 'electron', onnxruntime: 'onnxruntime-node' } as const

/** The machine and the programs that the studio stands on. */
export function machineReport(): Finding[] {
  const models = [...new Set(cpus().map(({ model }) => model.trim()))].join(', ')
  return [
    { name: 'system', value: `${process.platform} ${process.arch}, ${release()}` },
    { name: 'processor', value: `${models || 'unknown'}, ${availableParallelism()} threads` },
    {
      name: 'memory',
      value: `${gib(freemem())} free of ${gib(totalmem())}${freemem() < LEAST_MEMORY ? ': close other programs' : ''}`,
      bad: freemem() < LEAST_MEMORY,
    },
    { name: 'node', value: process.versions.node },
    { name: 'electron', value: versionOf(PACKAGES.electron) ?? 'not installed: only the command line works' },
    {
      name: 'onnxruntime',
      value: versionOf(PACKAGES.onnxruntime) ?? 'not installed: run npm ci',
      bad: versionOf(PACKAGES.onnxruntime) === undefined,
    },
  ]
}

/** The data folder and the disk below it. */
export function diskReport(folder: string = dataFolder()): Finding[] {
  const home = { name: 'data folder', value: `${folder}${process.env['TIM_HOME'] ? ' (TIM_HOME)' : ''}` }
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [{ ...home, value: `${home.value}: cannot be written (${why}); choose another with TIM_HOME`, bad: true }]
  }
  const { bavail, bsize, blocks } = statfsSync(folder)
  const free = bavail * bsize
  const little = free < LEAST_DISK
  return [
    home,
    { name: 'disk', value: `${gib(free)} free of ${gib(blocks * bsize)}${little ? ': free some space' : ''}`, bad: little },
  ]
}

/** The version of an installed package, read from its own package.json. */
function versionOf(name: string): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    const main = require.resolve
      .paths(name)
      ?.map((folder) => `${folder}/${name}/package.json`)
      .find(existsSync)
    return main === undefined ? undefined : (JSON.parse(readFileSync(main, 'utf8')) as { version: string }).version
  } catch {
    return undefined
  }
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`
}
