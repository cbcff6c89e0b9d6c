import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, runQuietly } from './command.mjs'
import { inRoot, root } from './paths.mjs'
import { SetupError } from './setup-error.mjs'

const SOURCES = ['shared', 'src-main', 'src-renderer']
const SETTINGS = ['package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json', 'tsconfig.json']
const BUILT = ['main', 'engine', 'cli', 'chunks', 'preload', 'renderer']
const stamp = inRoot('out', '.built')

/**
 * Builds the app, the engine and the command line into out/ when a source is newer than the last build.
 * @param {(line: string) => void} say
 */
export function build(say) {
  if (existsSync(stamp) && newest() <= timeOf(stamp)) return
  say('build: electron-vite build')
  const started = Date.now()
  for (const folder of BUILT) rmSync(inRoot('out', folder), { recursive: true, force: true })
  const tool = inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { ok, output } = runQuietly(process.execPath, [tool, 'build'], { cwd: root })
  if (!ok) throw new SetupError(`The build failed:\n${lastLines(output, 30)}`, 'Correct the source it names and run again.')
  writeFileSync(stamp, '')
  // What was saved while the build ran counts as newer.
  utimesSync(stamp, started / 1000, started / 1000)
}

/** The time of the newest source. Folders count too: their time tells of files that were removed. */
const newest = () =>
  Math.max(...SOURCES.map((folder) => newestIn(inRoot(folder))), ...SETTINGS.map((file) => timeOf(inRoot(file))))

/** @param {string} folder @returns {number} */
function newestIn(folder) {
  let time = timeOf(folder)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (/\.(test|cases)\.tsx?$|\.md$/.test(entry.name)) continue
    const path = join(folder, entry.name)
    time = Math.max(time, entry.isDirectory() ? newestIn(path) : timeOf(path))
  }
  return time
}

const timeOf = (/** @type {string} */ path) => (existsSync(path) ? statSync(path).mtimeMs : 0)
