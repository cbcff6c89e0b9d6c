// npm run package: builds the packages of this platform into dist/. Further arguments go to electron-builder.
import { runInForeground } from './command.mjs'
import { inRoot } from './paths.mjs'
import { setup } from './setup.mjs'

await setup()
process.exitCode = await runInForeground(process.execPath, [
  inRoot('node_modules', 'electron-builder', 'cli.js'),
  ...process.argv.slice(2),
])
