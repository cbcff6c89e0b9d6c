import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { z } from 'zod'
import { DROP_CHANNEL, eventChannel, requestChannel } from '#shared/ipc/channel-name'
import {
  events,
  requests,
  type EventName,
  type EventPayload,
  type RequestName,
  type RequestOutput,
  type Studio,
} from '#shared/ipc/contract'
import { Failure, fail, ok, type Result } from '#shared/ipc/failure'

/**
 * The bridge: `window.studio`, derived from the contract. Names that are not in it are refused, and what comes from main is
 * checked before the page sees it.
 */
const studio: Studio = {
  call: async (name, ...args) => {
    if (!Object.hasOwn(requests, name)) return fail(mistake(`there is no request “${name}”`))
    try {
      return readAnswer(name, await ipcRenderer.invoke(requestChannel(name), args[0]))
    } catch (error) {
      return fail(mistake(String(error)))
    }
  },
  dropped: async (files) => {
    try {
      // Empty for a file that a page made up.
      const paths = files.map((file) => webUtils.getPathForFile(file as File)).filter((path) => path !== '')
      return readDropped(await ipcRenderer.invoke(DROP_CHANNEL, paths))
    } catch (error) {
      return fail(mistake(String(error)))
    }
  },
  on: (name, listener) => {
    if (!Object.hasOwn(events, name)) throw new TypeError(`there is no event “${name}”`)
    const heard = (_: IpcRendererEvent, raw: unknown): void => {
      const payload = events[name].payload.safeParse(raw)
      if (payload.success) listener(payload.data as EventPayload<EventName & typeof name>)
    }
    ipcRenderer.on(eventChannel(name), heard)
    return () => void ipcRenderer.off(eventChannel(name), heard)
  },
}

function readDropped(raw: unknown): Result<{ readonly paths: string[] }> {
  const answer = Dropped.safeParse(raw)
  return answer.success ? answer.data : fail(mistake(`what was dropped was answered with: ${answer.error.message}`))
}

const Dropped = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.object({ paths: z.array(z.string()) }) }),
  z.object({ ok: z.literal(false), failure: Failure }),
])

function readAnswer<Name extends RequestName>(name: Name, raw: unknown): Result<RequestOutput<Name>> {
  if (typeof raw !== 'object' || raw === null || !('ok' in raw)) return fail(mistake(`“${name}” was answered with nothing`))
  if (raw.ok !== true) {
    const failure = Failure.safeParse('failure' in raw ? raw.failure : undefined)
    return fail(failure.success ? failure.data : mistake(`“${name}” failed without saying why`))
  }
  const value = requests[name].output.safeParse('value' in raw ? raw.value : undefined)
  return value.success ? ok(value.data as RequestOutput<Name>) : fail(mistake(`“${name}”: ${value.error.message}`))
}

function mistake(detail: string): Failure {
  return {
    code: 'internal',
    message: 'Something went wrong inside TiM Studio.',
    remedy: 'Try again; if it happens again, copy the details and report it.',
    detail,
  }
}

contextBridge.exposeInMainWorld('studio', studio)
