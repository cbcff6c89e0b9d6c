import { app, session, type WebContents } from 'electron'
import { isOurPage } from './address'

/** Permissions that our own page has. Copying details needs this one. */
const GRANTED = ['clipboard-sanitized-write']

/** Keys that would load the page anew and lose what is on screen. */
const isReload = ({ key, control, meta }: { readonly key: string; readonly control: boolean; readonly meta: boolean }): boolean =>
  key === 'F5' || ((control || meta) && key.toLowerCase() === 'r')

/**
 * Keeps every page where it is: no navigation, no new windows, no embedded pages, no reload by key, and no permission but to
 * copy. A file dropped on the window does not open in it. Call it once the app is ready, before the first window.
 */
export function confinePages(): void {
  app.on('web-contents-created', (_, contents) => confine(contents))
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((contents, permission, decide) =>
    decide(GRANTED.includes(permission) && isOurPage(contents?.getURL() ?? '')),
  )
  defaultSession.setPermissionCheckHandler((_, permission, origin) => GRANTED.includes(permission) && isOurPage(origin))
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.on('will-download', (event) => event.preventDefault())
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('before-input-event', (event, input) => {
    if (input.type === 'keyDown' && isReload(input)) event.preventDefault()
  })
}
