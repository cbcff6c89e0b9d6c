import type { Settings } from '#shared/schema/settings'
import type { Library } from '../../library/library'
import type { HandlersOf } from '../answer'

/** `onChange` hears of every change. */
export function settingsHandlers(
  { settings }: Pick<Library, 'settings'>,
  onChange: (settings: Settings) => void,
): HandlersOf<'settings'> {
  return {
    'settings/get': () => settings.get(),
    'settings/set': (patch) => {
      const changed = settings.set(patch)
      onChange(changed)
      return changed
    },
  }
}
