import { recipeOf } from '#shared/schema/draft'
import type { Recipe } from '#shared/schema/recipe'
import { placeBelow } from '../canvas/kernels/layout'
import { studio } from '../ipc/client'
import { revealPlaces, useCanvas } from '../state/canvas'
import { useEngine } from '../state/engine'
import { LIVE, useLive } from '../state/live'
import { chosenModel, useModels } from '../state/models'
import { placeOf } from '../state/place-of'
import { showProblem } from '../state/problems'
import { useSettings } from '../state/settings'
import { without } from '../state/slots'
import { drawRecipe } from './draw'

/** What is being drawn, and whether something changed since: the newest words are drawn next, those between are left out. */
let drawing = false
let changed = false

/** The draft as a picture of one step; undefined while it says nothing that can be drawn. */
function liveRecipe(): Recipe | undefined {
  const { draft } = useSettings.getState()
  const model = chosenModel(useModels.getState().models, draft.model)
  if (model?.state.is !== 'ready') return undefined
  if (model.kind === 'text' && draft.prompt.trim() === '') return undefined
  return { ...recipeOf(draft, model), steps: 1 }
}

/** Draws while the draft changes, as long as live mode is on. */
export function followDraft(): void {
  useSettings.subscribe((now, before) => {
    if (now.live !== before.live && !now.live) return putAway()
    if (now.live && (now.draft !== before.draft || !before.live)) void drawLive()
  })
  // What was typed before the models were known.
  useModels.subscribe(() => {
    if (useSettings.getState().live) void drawLive()
  })
  // What had to wait for the queue is drawn once the engine is free.
  useEngine.subscribe(({ engine }, before) => {
    if (changed && engine.is === 'ready' && before.engine.is !== 'ready') void drawLive()
  })
}

async function drawLive(): Promise<void> {
  changed = true
  if (drawing) return
  drawing = true
  while (changed && useSettings.getState().live) {
    changed = false
    const recipe = liveRecipe()
    const shown = useLive.getState().picture
    if (recipe === undefined || JSON.stringify(recipe) === JSON.stringify(shown?.recipe)) continue
    const answer = await studio.call('live/draw', { recipe })
    if (!answer.ok) {
      // Between two letters a draft may be none; what is wrong when typing stops is said.
      if (!changed) showProblem(placeOf(answer.failure), answer.failure)
    } else if (answer.value.is === 'busy') {
      changed = true
      break
    } else if (useSettings.getState().live) show(recipe, answer.value)
  }
  drawing = false
}

function show(recipe: Recipe, drawn: { readonly image: string; readonly ms: number }): void {
  useLive.setState({ picture: { ...drawn, recipe } as NonNullable<ReturnType<typeof useLive.getState>['picture']> })
  const { placed, surface } = useCanvas.getState()
  const there = placed.find(({ id }) => id === LIVE)
  if (there?.width === recipe.width && there.height === recipe.height) return
  const typing = document.activeElement?.id === 'first-prompt'
  const rest = placed.filter(({ id }) => id !== LIVE)
  const [place] = there
    ? [{ ...there, ...sizeOf(recipe) }]
    : placeBelow(rest, [LIVE], recipe, surface.width / Math.max(1, surface.height))
  if (place === undefined) return
  useCanvas.setState({ placed: [...rest, place], selection: [LIVE], following: LIVE, held: undefined })
  revealPlaces([LIVE])
  if (typing) requestAnimationFrame(focusPrompt)
}

const sizeOf = ({ width, height }: Recipe) => ({ width, height })

/** The large prompt box makes room for the picture: typing goes on in the panel. */
function focusPrompt(): void {
  useSettings.setState({ leftPanel: true })
  const box = document.getElementById('prompt')
  if (!(box instanceof HTMLTextAreaElement)) return
  box.focus()
  box.setSelectionRange(box.value.length, box.value.length)
}

function putAway(): void {
  useLive.setState({ picture: undefined })
  useCanvas.setState((canvas) => without(canvas, (id) => id === LIVE))
}

export function toggleLive(): void {
  useSettings.setState(({ live }) => ({ live: !live }))
}

/** Draws the live picture in the panel's steps, beside it. */
export async function refineLive(): Promise<void> {
  const picture = useLive.getState().picture
  const recipe = liveRecipe() ?? picture?.recipe
  if (recipe !== undefined) await drawRecipe({ ...recipe, steps: useSettings.getState().draft.steps }, 1, { beside: LIVE })
}

/** Puts the live picture into the history as it is. */
export async function keepLive(): Promise<void> {
  const recipe = useLive.getState().picture?.recipe
  if (recipe !== undefined) await drawRecipe(recipe, 1, { beside: LIVE })
}
