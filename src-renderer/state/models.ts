import type { ModelCard } from '#shared/schema/model'
import { create } from 'zustand'
import { useSettings } from './settings'

interface ModelsState {
  /** Undefined until main has answered. */
  readonly models: readonly ModelCard[] | undefined
}

export const useModels = create<ModelsState>()(() => ({ models: undefined }))

/** The model that draws: the chosen one, or the first that is ready when none is chosen or the chosen one is gone. */
export function chosenModel(models: readonly ModelCard[] | undefined, name: string): ModelCard | undefined {
  return models?.find((model) => model.name === name) ?? models?.find((model) => model.state.is === 'ready')
}

/** The model that the draft draws with. */
export function useChosenModel(): ModelCard | undefined {
  const models = useModels((state) => state.models)
  const name = useSettings((state) => state.draft.model)
  return chosenModel(models, name)
}
