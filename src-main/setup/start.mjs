// npm start: opens the studio; with no display it draws a picture instead and says where it is.
import { runInForeground } from './command.mjs'
import { electronExecutable } from './electron.mjs'
import { inRoot, root } from './paths.mjs'
import { setup } from './setup.mjs'

const DEFAULT_PROMPT = 'a red apple'

const { platform, env } = process
const hasDisplay = platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
const extra = process.argv.slice(2)

await setup({ window: hasDisplay })
process.exitCode = hasDisplay ? await openWindow() : await drawWithoutWindow()

function openWindow() {
  const executable = electronExecutable()
  if (!executable) throw new Error('Setup ended without an Electron.')
  // Chromium refuses its sandbox to root.
  const sandbox = platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return runInForeground(executable, [root, ...sandbox, ...extra])
}

function drawWithoutWindow() {
  const prompt = extra[0] ?? DEFAULT_PROMPT
  const out = inRoot('pictures')
  console.log(`There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so the studio's window cannot open.`)
  console.log(`Drawing “${prompt}” into ${out} instead. More: npm run -s tim -- --help`)
  return runInForeground(process.execPath, [inRoot('out', 'cli', 'tim.js'), 'generate', prompt, '--nfe', '8', '--out', out])
}
