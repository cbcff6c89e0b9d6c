import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { getCurrentFuseWire, FuseV1Options } from '@electron/fuses'
import { chromium, expect as plainExpect, test, type Browser } from '@playwright/test'

// Building and drawing share the machine with whatever else runs there.
const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(600_000)
test.skip(process.platform !== 'linux', 'the package of this system is looked at by hand')

let folder: string
let app: string
let home: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tim-package-'))
  home = join(folder, 'home')
  const options = ['--dir', `--config.directories.output=${join(folder, 'dist')}`]
  const built = spawnSync(process.execPath, ['src-main/setup/package.mjs', ...options], { encoding: 'utf8', maxBuffer: 64 << 20 })
  expect(built.status, `${built.stdout}\n${built.stderr}`).toBe(0)
  app = join(folder, 'dist', 'linux-unpacked')
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, DBUS_SESSION_BUS_ADDRESS: '/dev/null', TIM_HOME: home })

/** The packed app takes no orders but through the debugger's own port, which it opens only when told to. */
async function start(): Promise<{ readonly child: ChildProcess; readonly browser: Browser }> {
  const child = spawn(join(app, 'tim-studio'), ['--remote-debugging-port=0', ...sandbox], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  for await (const line of createInterface({ input: child.stderr })) {
    const [, address] = /DevTools listening on (ws:\S+)/.exec(line) ?? []
    if (address !== undefined) {
      child.stderr.resume()
      return { child, browser: await chromium.connectOverCDP(address) }
    }
  }
  throw new Error('The app ended before it had a window.')
}

test('the packed app draws a picture', async () => {
  const { child, browser } = await start()
  try {
    const [context] = browser.contexts()
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
    if (page === undefined) throw new Error('The app has no window.')
    await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a red apple')
    await page.getByRole('button', { name: 'Draw it' }).click()
    const picture = page.getByRole('listbox', { name: 'Pictures on the canvas' }).getByRole('option', { name: 'a red apple' })
    await expect(picture).toBeVisible()
    await expect(page.getByRole('region', { name: 'Steps of the selected picture' }).getByRole('radio')).toHaveCount(8)
    const files = (await readdir(join(home, 'pictures'), { recursive: true })).filter((file) => file.endsWith('.png'))
    expect(files).toHaveLength(1)
  } finally {
    await browser.close()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill()
    await ended
  }
})

test('it carries what it needs, and no more', async () => {
  const resources = join(app, 'resources')
  const libraries = join(resources, 'app.asar.unpacked', 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6')
  expect(await readdir(libraries)).toEqual([process.platform])
  expect(await readdir(join(libraries, process.platform))).toEqual([process.arch])
  expect(existsSync(join(resources, 'app'))).toBe(false)
  expect(existsSync(join(resources, 'assets', 'starter', 'model.json'))).toBe(true)
  const licences = await readFile(join(resources, 'licences', 'THIRD-PARTY.txt'), 'utf8')
  for (const name of ['onnxruntime-node', 'react', 'libsql', 'zod']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))
  expect(existsSync(join(app, 'LICENSES.chromium.html'))).toBe(true)
})

/** How the executable has its fuses: as the characters 0 and 1. */
const [DISABLED, ENABLED] = [48, 49]

test('nobody makes a Node or a debugger of it, and it loads nothing but its archive', async () => {
  const wire = await getCurrentFuseWire(join(app, 'tim-studio'))
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
  ]
  const on = [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableEmbeddedAsarIntegrityValidation]
  expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => DISABLED))
  expect(on.map((fuse) => wire[fuse])).toEqual(on.map(() => ENABLED))
})

test('its command line draws without a window and without a display', async () => {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = environment()
  const out = join(folder, 'drawn')
  const tim = join(app, 'resources', 'bin', 'tim')
  const done = spawnSync(tim, ['generate', 'a red apple', '--nfe', '2', '--seed', '7', '--out', out], { env, encoding: 'utf8' })
  expect(done.status, done.stderr).toBe(0)
  expect((await readdir(out)).filter((file) => file.endsWith('.png'))).toHaveLength(1)
  const wrong = spawnSync(tim, ['generate', 'a red apple', '--nfe', 'many'], { env, encoding: 'utf8' })
  expect([wrong.status === 0, wrong.stderr]).toEqual([false, expect.stringContaining('--nfe')])
})
