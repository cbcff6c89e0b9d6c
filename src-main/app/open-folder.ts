import { app, shell } from 'electron'
import { mkdir } from 'node:fs/promises'
import { FailureError } from '#shared/ipc/failure'
import type { Library } from '../library/library'

/** Shows the folder of all data, or the one that copies of pictures go to, in the system's file manager. Rejects with a FailureError. */
export async function openFolder(
  { folders, settings }: Pick<Library, 'folders' | 'settings'>,
  which: 'data' | 'output',
): Promise<void> {
  const folder = which === 'data' ? folders.root : settings.get().output.folder || app.getPath('pictures')
  await mkdir(folder, { recursive: true })
  const why = await shell.openPath(folder)
  if (why === '') return
  const message = `The folder ${folder} could not be opened.`
  throw new FailureError({ code: 'not-found', what: 'folder', message, remedy: 'Open it by hand.', detail: why })
}
