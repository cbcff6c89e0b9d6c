import { defaultSettings, type Draft, type Settings } from '#shared/schema/settings'
import { create } from 'zustand'

/** The settings as main keeps them. `actions/keep-settings.ts` writes every change back. */
export const useSettings = create<Settings>()(() => defaultSettings)

export function patchDraft(patch: Partial<Draft>): void {
  useSettings.setState(({ draft }) => ({ draft: { ...draft, ...patch } }))
}
