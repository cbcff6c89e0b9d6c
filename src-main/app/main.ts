import { app, dialog } from 'electron'
import { join } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import { dataFolder } from '../library/folders'
import { Library } from '../library/library'
import { startPicture } from '../library/starts'
import { confinePages } from './confine'
import { runCommandLine } from './command-line'
import { setMenu } from './menu'
import { goOffline, refuseRequests } from './offline'
import { placesIn } from './places'
import { registerScheme, serve } from './protocol'
import { Studio } from './studio'
import { timCommand } from './tim-command'
import { openWindow } from './window'
import { tell } from '../ipc/handle'

const root = dataFolder()
app.setName('TiM Studio')
app.setPath('userData', root)
app.setPath('sessionData', join(root, 'chromium'))
goOffline()
registerScheme()

const places = placesIn(app.getAppPath(), process.resourcesPath, process.env)
const command = timCommand(process.argv)
if (command !== undefined) runCommandLine(places, command)
else if (app.requestSingleInstanceLock()) void app.whenReady().then(run)
else app.quit()

function run(): void {
  const library = openLibrary()
  if (library === null) return app.exit(1)
  refuseRequests()
  confinePages()
  const studio = new Studio(library, places)
  serve(places.page, studio.room.images, (sha256) => startPicture(library.folders.starts, sha256))
  studio.start()
  let window = openWindow(places.preload)
  studio.show(window)
  setMenu((chosen) => tell(window.webContents, 'app/command', chosen))

  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })
  app.on('activate', () => {
    if (!window.isDestroyed()) return
    window = openWindow(places.preload)
    studio.show(window)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.once('will-quit', () => studio.close())
}

/** The library, or null when it cannot be opened; then the user was told why. */
function openLibrary(): Library | null {
  try {
    const library = Library.open(root, 'the TiM Studio window')
    if (library.repair !== null) dialog.showErrorBox('TiM Studio repaired its library', library.repair)
    return library
  } catch (error) {
    const failure = error instanceof FailureError ? error.failure : null
    dialog.showErrorBox(failure?.message ?? 'TiM Studio cannot start.', failure?.remedy ?? String(error))
    return null
  }
}
