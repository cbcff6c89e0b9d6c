// npm run package: builds the packages of this platform into dist/. Further arguments go to electron-builder. Where the official
// Electron cannot be downloaded, it builds the unpacked app from the one that setup has put in place, to look at and to test.
import { dirname } from 'node:path'
import { runInForeground } from './command.mjs'
import { electronExecutable, isOfficial } from './electron.mjs'
import { FALLBACK_VERSION } from './electron-fallback.mjs'
import { collectLicences } from './licences.mjs'
import { inRoot } from './paths.mjs'
import { setup } from './setup.mjs'

await setup({ window: true })
collectLicences()

const executable = electronExecutable()
const substitute =
  executable === undefined || isOfficial()
    ? []
    : ['--dir', `--config.electronDist=${dirname(executable)}`, `--config.electronVersion=${FALLBACK_VERSION}`]
if (substitute.length > 0) {
  console.log(`The official Electron is not here: building the unpacked app from Electron ${FALLBACK_VERSION}, not for users.`)
}
process.exitCode = await runInForeground(process.execPath, [
  inRoot('node_modules', 'electron-builder', 'cli.js'),
  '--publish',
  'never',
  ...substitute,
  ...process.argv.slice(2),
])
