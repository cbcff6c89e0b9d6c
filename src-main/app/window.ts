import { BrowserWindow, nativeTheme } from 'electron'
import { PAGE } from './address'

/** The one window, with a page that has no power of its own. It shows itself once the page is painted. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'TiM Studio',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#141414' : '#f5f5f5',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  // The page keeps nothing that main does not keep: it can be loaded anew when its process dies.
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit') void window.loadURL(PAGE)
  })
  void window.loadURL(PAGE)
  return window
}
