import { GenerationId } from '#shared/schema/id'
import { MAX_PLACED, type Settings, type SettingsPatch } from '#shared/schema/settings'
import { studio } from '../ipc/client'
import { useCanvas } from '../state/canvas'
import { useSettings } from '../state/settings'

/** Typing is written after this pause, so that a crash loses at most it. */
const PAUSE_MS = 300

let pending: SettingsPatch = {}
let timer: ReturnType<typeof setTimeout> | undefined

function write(): void {
  clearTimeout(timer)
  timer = undefined
  if (Object.keys(pending).length === 0) return
  const patch = pending
  pending = {}
  void studio.call('settings/set', patch)
}

/** What changed between two states of the settings. */
function changes(now: Settings, before: Settings): SettingsPatch {
  const { version: _, ...fields } = now
  const changed = (name: string) => fields[name as keyof typeof fields] !== before[name as keyof typeof fields]
  return Object.fromEntries(Object.entries(fields).filter(([name]) => changed(name)))
}

function keep(patch: SettingsPatch): void {
  pending = { ...pending, ...patch }
  clearTimeout(timer)
  timer = setTimeout(write, PAUSE_MS)
}

/** The places of pictures that exist; places that wait for theirs are given again by the queue. */
function keptPlaces(): SettingsPatch {
  const placed = useCanvas.getState().placed.flatMap(({ id, x, y, width, height }) => {
    const generation = GenerationId.safeParse(id)
    return generation.success ? [{ id: generation.data, x, y, width, height }] : []
  })
  return { canvas: { placed: placed.slice(-MAX_PLACED) } }
}

/** From now on every change of the settings and of the canvas's layout is kept by main. */
export function keepSettings(): void {
  useSettings.subscribe((now, before) => keep(changes(now, before)))
  useCanvas.subscribe((now, before) => {
    if (now.placed !== before.placed) keep(keptPlaces())
  })
  window.addEventListener('pagehide', write)
}
