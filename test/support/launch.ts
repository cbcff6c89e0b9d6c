import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { electronExecutable } from '../../src-main/setup/electron.mjs'

/** A running studio. `home` is its data folder; `close` ends the app and removes the folder, unless it was given. */
export interface Studio {
  app: ElectronApplication
  page: Page
  home: string
  close: () => Promise<void>
}

export interface LaunchOptions {
  /** A data folder to open again; without it a new, empty one. */
  home?: string
  env?: Record<string, string>
  args?: string[]
}

/** Chromium refuses its sandbox to root. */
const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []

/**
 * Starts the built app (out/) in the Electron that setup has put in place, and waits for its first window.
 * Throws when there is no Electron: run `npm test`, whose setup fetches it.
 */
export async function launch({ home, env = {}, args = [] }: LaunchOptions = {}): Promise<Studio> {
  const executablePath = electronExecutable()
  if (!executablePath) throw new Error('There is no Electron here: `npm test` fetches it before it runs the tests.')
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'tim-home-')))
  const app = await _electron.launch({
    executablePath,
    args: [resolve('.'), ...sandbox, ...args],
    env: { ...inherited(), DBUS_SESSION_BUS_ADDRESS: '/dev/null', TIM_HOME: folder, ...env },
  })
  const close = async (): Promise<void> => {
    await app.close()
    if (home === undefined) await rm(folder, { recursive: true, force: true })
  }
  return { app, page: await app.firstWindow(), home: folder, close }
}

/** This process's environment, without what would make Electron start as plain Node. */
function inherited(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = process.env
  return Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
