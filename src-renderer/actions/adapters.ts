import type { AdapterCard } from '#shared/schema/adapter'
import { RECIPE_LIMITS } from '#shared/schema/recipe'
import { studio } from '../ipc/client'
import { useAdapters } from '../state/adapters'
import { chosenModel, useModels } from '../state/models'
import { closeProblem, showProblem } from '../state/problems'
import { patchDraft, useSettings } from '../state/settings'

/** Looks which adapters the library has. */
export async function loadAdapters(): Promise<void> {
  const answer = await studio.call('adapters/list')
  if (answer.ok) useAdapters.setState({ cards: answer.value })
  else showProblem('adapters', answer.failure)
}

/** Draws with an adapter too, at full strength to begin with. */
export function addAdapter({ name, sha256 }: AdapterCard): void {
  const { adapters } = useSettings.getState().draft
  if (adapters.length >= RECIPE_LIMITS.adapters || adapters.some((use) => use.sha256 === sha256)) return
  patchDraft({ adapters: [...adapters, { name, sha256, strength: 1 }] })
}

export function removeAdapter(sha256: string): void {
  closeProblem('adapters')
  patchDraft({ adapters: useSettings.getState().draft.adapters.filter((use) => use.sha256 !== sha256) })
}

export function setAdapterStrength(sha256: string, strength: number): void {
  const { adapters } = useSettings.getState().draft
  patchDraft({ adapters: adapters.map((use) => (use.sha256 === sha256 ? { ...use, strength } : use)) })
}

/** Lets the artist choose an adapter's file or folder, puts it into the library and draws with it. */
export async function importAdapter(what: 'files' | 'folder'): Promise<void> {
  const chosen = await studio.call('models/choose', { what })
  if (!chosen.ok) return showProblem('adapters', chosen.failure)
  await bring(chosen.value.paths)
}

/** Adapters were dropped. */
export async function dropAdapters(files: readonly File[]): Promise<void> {
  const dropped = await studio.dropped(files)
  if (dropped.ok) await bring(dropped.value.paths)
  else showProblem('adapters', dropped.failure)
}

async function bring(paths: readonly string[]): Promise<void> {
  const model = chosenModel(useModels.getState().models, useSettings.getState().draft.model)
  if (model === undefined) return
  closeProblem('adapters')
  for (const path of paths) {
    const brought = await studio.call('adapters/import', { path, model: model.name })
    if (!brought.ok) return showProblem('adapters', brought.failure)
    addAdapter(brought.value)
  }
  await loadAdapters()
}
