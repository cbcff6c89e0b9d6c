// What the official Electron's default app does: loads the app whose folder stands on the command line.
import { app } from 'electron'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-') && existsSync(join(argument, 'package.json')))
if (!folder) {
  console.error('electron: name the folder of an app, for example: electron .')
  process.exit(1)
}

const root = resolve(folder)
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
app.setAppPath(root)
app.setName(manifest.productName ?? manifest.name)
app.setVersion?.(manifest.version)
app.setPath('userData', join(app.getPath('appData'), app.getName()))
// Electron holds its `ready` event back until this module has ended: the app can still do what must come before it.
await import(pathToFileURL(join(root, manifest.main)).href)
