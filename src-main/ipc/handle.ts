import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { DROP_CHANNEL, eventChannel, requestChannel } from '#shared/ipc/channel-name'
import { events, requestNames, type EventName, type EventPayload } from '#shared/ipc/contract'
import { fail, ok } from '#shared/ipc/failure'
import { answer, type Handlers } from './answer'

/**
 * Answers the window's requests. Only the top frame of our own page is heard: `isOurs` judges its address.
 * Returns a function that stops it.
 */
export function handleRequests(handlers: Handlers, isOurs: (url: string) => boolean, dataFolder: string): () => void {
  for (const name of requestNames) {
    ipcMain.handle(requestChannel(name), async (event, raw: unknown) => {
      if (!isTrusted(event, isOurs)) return fail(stranger)
      return answer(handlers, name, raw, dataFolder)
    })
  }
  return () => {
    for (const name of requestNames) ipcMain.removeHandler(requestChannel(name))
  }
}

/**
 * Hears what was dropped on the window. Preload takes the paths from the files themselves and has this channel alone, so that a page
 * cannot name a path.
 */
export function handleDrops(onDropped: (paths: readonly string[]) => void, isOurs: (url: string) => boolean): void {
  ipcMain.handle(DROP_CHANNEL, (event, raw: unknown) => {
    if (!isTrusted(event, isOurs)) return fail(stranger)
    const paths = Array.isArray(raw) ? raw.filter((path): path is string => typeof path === 'string' && path !== '') : []
    onDropped(paths)
    return ok({ paths })
  })
}

/** Tells the window something, once it is sure to be well-formed. */
export function tell<Name extends EventName>(contents: WebContents, name: Name, payload: EventPayload<Name>): void {
  if (!contents.isDestroyed()) contents.send(eventChannel(name), events[name].payload.parse(payload))
}

function isTrusted({ senderFrame, sender }: IpcMainInvokeEvent, isOurs: (url: string) => boolean): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOurs(senderFrame.url)
}

const stranger = {
  code: 'internal' as const,
  message: 'A page that is not TiM Studio’s own asked for something and was refused.',
  remedy: 'Nothing needs to be done.',
}
