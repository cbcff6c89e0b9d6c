import type { Failure } from '#shared/ipc/failure'
import { FileError } from '../../../files/file-error'
import { HubError } from '../../../hub/hub-error'
import { EngineError } from '../../../ir/errors'
import { jobFailure } from '../../job-failure'

/** What went wrong with a download, as data for the window. `folder` is where it was to go. */
export function downloadFailure(error: unknown, model: string, folder: string): Failure {
  if (error instanceof HubError) return ofHub(error)
  if (error instanceof EngineError && error.code === 'file.disk-full') {
    return {
      code: 'disk-full',
      folder: error instanceof FileError ? error.path : folder,
      message: error.message,
      remedy: error.remedy,
    }
  }
  return jobFailure(error, model)
}

/** No detail: what a stack could add is not worth a look at what it could betray. */
function ofHub({ code, message, remedy, page }: HubError): Failure {
  const told = { message, remedy }
  if (code === 'hub.gated') return { code: 'gated', page: page ?? '', ...told }
  if (code === 'hub.token' || code === 'hub.address') return { code: 'bad-input', field: code.slice('hub.'.length), ...told }
  return { code: 'network', ...told }
}
