import { useEffect } from 'react'
import { run } from '../actions/run'
import { commandFor } from '../commands/keys'
import { actsInCreate, command as rowOf, type CommandId } from '../commands/table'
import { useSettings } from '../state/settings'

/** Layers that take keys for themselves while they are open. */
const LAYERS = '[role=dialog][data-state=open], [role=menu][data-state=open], [role=listbox][data-state=open]'

/** Where typing means text. */
const TEXT = 'input, textarea, [contenteditable=true]'

/** Controls that use a key themselves: arrows move sliders and choices, Escape takes back what was typed into a number or a search. */
const USES_ARROWS = '[role=slider], [role=tab], [role=radio], [role=radiogroup], [role=group], [role=combobox]'
const USES_ESCAPE = '[data-editing=true], input[type=search]:not(:placeholder-shown)'

function usesItself(target: Element, { key, altKey }: KeyboardEvent): boolean {
  if (key === 'Escape') return target.closest(USES_ESCAPE) !== null
  return key.startsWith('Arrow') && !altKey && target.closest(USES_ARROWS) !== null
}

/** Plain keys mean pictures, so they do nothing where none can be seen; combinations bring Create back. */
const isOutOfPlace = (id: CommandId): boolean =>
  actsInCreate(id) && rowOf(id).reach === 'outside text' && useSettings.getState().workspace !== 'create'

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector(LAYERS) !== null) return
  const target = event.target instanceof Element ? event.target : document.body
  const command = commandFor(event, target.closest(TEXT) !== null)
  if (command === undefined || isOutOfPlace(command) || usesItself(target, event)) return
  event.preventDefault()
  run(command)
}

/** Runs the commands of the table by their keys. Listens before the controls do, or a tooltip that closes with Escape would swallow the cancel. */
export function useKeyboard(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [])
}
