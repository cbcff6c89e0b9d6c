import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { EventPayload } from '#shared/ipc/contract'

/**
 * The application menu. The page handles its own keys, so the menu shows them without taking them; there is no reload, and no
 * zoom of the page, whose keys belong to the canvas.
 */
export function setMenu(command: (name: EventPayload<'app/command'>) => void): void {
  const item = (label: string, accelerator: string, name: EventPayload<'app/command'>): MenuItemConstructorOptions => ({
    label,
    accelerator,
    registerAccelerator: false,
    click: () => command(name),
  })
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        item('Generate', 'CmdOrCtrl+Enter', 'generate'),
        item('Cancel', 'Esc', 'cancel'),
        { type: 'separator' },
        item('Settings', 'CmdOrCtrl+,', 'settings'),
        { type: 'separator' },
        process.platform === 'darwin'
          ? { role: 'close' }
          : { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => app.quit() },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        item('Fit', 'CmdOrCtrl+0', 'fit'),
        item('Actual size', 'CmdOrCtrl+1', 'actual-size'),
        { type: 'separator' },
        item('Left panel', 'CmdOrCtrl+B', 'toggle-left'),
        item('Right panel', 'CmdOrCtrl+Alt+B', 'toggle-right'),
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'help', submenu: [item('All keys', '?', 'keys')] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
