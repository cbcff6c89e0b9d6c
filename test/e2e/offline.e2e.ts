import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { electronExecutable } from '../../src-main/setup/electron.mjs'
import { smallModel } from '../support/e2e-model'
import { launch } from '../support/launch'

test.setTimeout(400_000)

const traces = (): boolean =>
  process.platform === 'linux' && spawnSync('strace', ['-f', '-e', 'trace=connect', 'true']).status === 0

/**
 * Calls of a trace that send something to another machine, or would. Sockets of the machine itself (AF_UNIX, AF_NETLINK) are none;
 * nor is what goes back to the test over the connection that it opened to the debugger. One call is let through: at its start
 * Chromium asks the kernel for a route to a known IPv6 address by connecting a datagram socket, which sends no packet.
 */
function toOtherMachines(trace: string): string[] {
  const asksForRoute = /connect\(\d+<UDPv6:[^>]*>, \{sa_family=AF_INET6.*2001:4860:4860::8888/
  return trace.split('\n').filter((line) => {
    if (/connect\(.*sa_family=AF_INET6?\b/.test(line)) return !asksForRoute.test(line)
    return /send\w*\(\d+<UDP/.test(line)
  })
}

test('no process of the studio sends anything to another machine, from start to end, while a picture is drawn', async () => {
  test.skip(!traces(), 'strace is not here, or may not trace')
  const folder = await mkdtemp(join(tmpdir(), 'tim-trace-'))
  const model = await smallModel()
  const trace = join(folder, 'trace')
  // Takes the place of Electron and traces it with all its children.
  const wrapper = join(folder, 'electron')
  const calls = 'trace=connect,sendto,sendmsg,sendmmsg'
  await writeFile(
    wrapper,
    `#!/bin/sh\nexec strace -f -yy -qq --seccomp-bpf -e ${calls} -o '${trace}' '${electronExecutable() ?? ''}' "$@"\n`,
  )
  await chmod(wrapper, 0o755)
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = folder
  try {
    const studio = await launch({ env: model.env })
    try {
      const { page } = studio
      await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a red fox')
      await page.getByRole('button', { name: 'Draw it' }).click()
      const picture = page.getByRole('listbox', { name: 'Pictures on the canvas' }).getByRole('option', { name: 'a red fox' })
      await expect(picture).toBeVisible({ timeout: 120_000 })
      // Neither what can be downloaded nor the settings ask anybody.
      await page.getByRole('tab', { name: 'Models' }).click()
      await expect(page.getByRole('button', { name: 'Get the full TiM (865 M)' })).toBeVisible()
      await page.keyboard.press('Control+,')
      await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
      await page.keyboard.press('Escape')
      await page.evaluate(() => fetch('https://example.org/').catch(() => undefined))
    } finally {
      await studio.close()
    }
    const seen = await readFile(trace, 'utf8')
    // The trace is one of the whole tree, and it does see connections: the display's socket is among them.
    expect(new Set(seen.match(/^\d+/gm)).size).toBeGreaterThan(3)
    expect(seen).toMatch(/connect\(.*sa_family=AF_UNIX/)
    expect(toOtherMachines(seen)).toEqual([])
  } finally {
    delete process.env['ELECTRON_OVERRIDE_DIST_PATH']
    await model.remove()
    await rm(folder, { recursive: true, force: true })
  }
})
