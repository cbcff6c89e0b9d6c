import { ModelName, type ModelPart } from '#shared/engine/models'
import type { Failure, Result } from '#shared/ipc/failure'
import type { LocalParts } from '#shared/schema/download'
import type { Precision } from '#shared/schema/recipe'
import { studio } from '../ipc/client'
import { useModelWork, type ImportOrder } from '../state/model-work'
import { useModels } from '../state/models'
import { closeProblem, showProblem } from '../state/problems'

/** What is wrong is shown above the models; what went well takes it away. */
function told<T>(answer: Result<T>): T | undefined {
  if (!answer.ok) {
    showProblem('models', answer.failure)
    return undefined
  }
  closeProblem('models')
  return answer.value
}

/** Fetches what the Models workspace shows, and listens from then on. */
export async function followModels(): Promise<void> {
  studio.on('models/progress', (work) => useModelWork.setState({ work }))
  studio.on('downloads/changed', (download) => useModelWork.setState({ download }))
  const [work, download, offers] = await Promise.all([
    studio.call('models/work'),
    studio.call('downloads/state'),
    studio.call('downloads/offers'),
  ])
  if (work.ok) useModelWork.setState({ work: work.value })
  if (download.ok) useModelWork.setState({ download: download.value })
  if (offers.ok) useModelWork.setState({ offers: offers.value })
}

/** Looks for the models again: after the engine was down. */
export async function reloadModels(): Promise<void> {
  const models = told(await studio.call('models/list'))
  if (models !== undefined) useModels.setState({ models })
}

/** Lets the user choose files or a folder, and asks how to import them. */
export async function chooseModelFiles(what: 'files' | 'folder'): Promise<void> {
  const chosen = told(await studio.call('models/choose', { what }))
  if (chosen !== undefined && chosen.paths.length > 0) useModelWork.setState({ given: chosen.paths })
}

/** Files and folders were dropped: asks how to import them. */
export async function takeDroppedModels(files: readonly File[]): Promise<void> {
  const dropped = told(await studio.dropped(files))
  if (dropped !== undefined && dropped.paths.length > 0) useModelWork.setState({ given: dropped.paths })
}

export function forgetGiven(): void {
  useModelWork.setState({ given: undefined })
}

export async function importModel(order: ImportOrder): Promise<void> {
  useModelWork.setState({ given: undefined, order })
  told(await studio.call('models/import', order))
}

export async function verifyModel(name: string): Promise<void> {
  told(await studio.call('models/verify', { name }))
}

export async function removeModel(name: string): Promise<void> {
  told(await studio.call('models/remove', { name }))
}

/** Stops what runs, or forgets how the last work ended. */
export async function cancelModelWork(): Promise<void> {
  told(await studio.call('models/cancel'))
}

/** A name of a folder made of what a person or a file calls it; undefined where nothing is left of it. */
export function modelNameFrom(text: string): string | undefined {
  const name = text
    .trim()
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100)
  return ModelName.safeParse(name).data
}

/** Asks the hub what an offer would fetch; the plan is shown by the state of downloads. */
export async function planDownload(model: string, local: LocalParts = {}): Promise<Failure | undefined> {
  const planned = await studio.call('downloads/plan', { model, local })
  return planned.ok ? undefined : planned.failure
}

export async function startDownload(model: string, precision: Precision | undefined): Promise<void> {
  told(await studio.call('downloads/start', { model, ...(precision === undefined ? {} : { precision }) }))
}

export async function cancelDownload(): Promise<void> {
  told(await studio.call('downloads/cancel'))
}

/** Plans again with a folder of this disk in place of one part. */
export async function takePartFromFolder(model: string, part: ModelPart, local: LocalParts): Promise<Failure | undefined> {
  const chosen = await studio.call('downloads/choose-folder')
  if (!chosen.ok) return chosen.failure
  return chosen.value.folder === null ? undefined : planDownload(model, { ...local, [part]: chosen.value.folder })
}

export async function loadToken(): Promise<void> {
  const token = await studio.call('token/state')
  if (token.ok) useModelWork.setState({ token: token.value })
}

/** Keeps the hub's access token; what is wrong with it. */
export async function keepToken(token: string): Promise<Failure | undefined> {
  const kept = await studio.call('token/set', { token })
  if (kept.ok) useModelWork.setState({ token: kept.value })
  return kept.ok ? undefined : kept.failure
}

export async function forgetToken(): Promise<void> {
  const token = await studio.call('token/forget')
  if (token.ok) useModelWork.setState({ token: token.value })
}
