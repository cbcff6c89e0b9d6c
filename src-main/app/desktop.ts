import { app, dialog, nativeImage, shell, type BrowserWindow } from 'electron'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Desktop } from '../ipc/handlers/pictures'
import { copyPicture, pasted } from './clipboard'

/** Pixels of what hangs at the pointer while a picture is dragged. */
const ICON = 96

/** What the system offers for pictures. `window`: the one that shows dialogs; `cache`: where a pasted picture is put. */
export function desktopFor(window: () => BrowserWindow | null, cache: string, output: () => string): Desktop {
  const folder = (): string => output() || app.getPath('pictures')
  return {
    chooseFile: async (name) => {
      const options = { defaultPath: join(folder(), name) }
      const shown = window()
      const { filePath, canceled } = await (shown ? dialog.showSaveDialog(shown, options) : dialog.showSaveDialog(options))
      return canceled || filePath === '' ? null : filePath
    },
    chooseFolder: async () => {
      const options = { defaultPath: folder(), properties: ['openDirectory' as const, 'createDirectory' as const] }
      const shown = window()
      const { filePaths } = await (shown ? dialog.showOpenDialog(shown, options) : dialog.showOpenDialog(options))
      return filePaths[0] ?? null
    },
    reveal: (file) => shell.showItemInFolder(file),
    copy: copyPicture,
    drag: (files, first) => {
      const icon = nativeImage.createFromPath(first).resize({ width: ICON })
      if (icon.isEmpty()) return
      window()?.webContents.startDrag({ file: first, files: [...files], icon })
    },
    paste: async () => {
      const found = await pasted()
      if (found === null) return null
      if (found.is === 'text') return { text: found.text }
      if (found.is === 'file') return { file: found.path }
      await mkdir(cache, { recursive: true })
      const file = join(cache, 'pasted.png')
      await writeFile(file, found.bytes)
      return { file }
    },
  }
}
