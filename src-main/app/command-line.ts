import { app, utilityProcess } from 'electron'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Places } from './places'

/** Runs a command of `tim` in a process of its own, with no window, and ends as it ends. */
export function runCommandLine({ tim, embedded }: Places, command: readonly string[]): void {
  // Beside a studio that is open: nothing of Chromium's is shared with it.
  const scratch = mkdtempSync(join(tmpdir(), 'tim-'))
  app.setPath('sessionData', scratch)
  app.dock?.hide()
  void app.whenReady().then(() => {
    const env = { ...process.env, TIM_STARTER: embedded[0] }
    const child = utilityProcess.fork(tim, [...command], { serviceName: 'tim', env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('exit', (code) => {
      rmSync(scratch, { recursive: true, force: true })
      app.exit(code)
    })
  })
}
