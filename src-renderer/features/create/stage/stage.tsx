import { useRef } from 'react'
import { primary } from '../../../canvas/kernels/selection'
import type { Placed } from '../../../canvas/kernels/layout'
import { keptArea, shownOf } from '../../../canvas/kernels/shown'
import { Plane } from '../../../canvas/render/plane'
import { Surface } from '../../../canvas/render/surface'
import type { Scene } from '../../../canvas/tools/tool'
import { rememberChange, resizeSurface, useCanvas } from '../../../state/canvas'
import { useSettings } from '../../../state/settings'
import { CompareView } from './compare-view'
import { MaskBar } from '../start-from/mask-bar'
import { StartFrame } from '../start-from/start-frame'
import { EngineBar } from './engine-bar'
import { FirstPrompt } from './first-prompt'
import { LiveBar } from './live-bar'
import { Marks } from './marks'
import { PictureView } from './picture-view'
import { Problem } from '../problem'
import { StageMenu } from './stage-menu'
import { ZoomBar } from './zoom-bar'

const scene = (): Scene => useCanvas.getState()

function change(part: Partial<Scene>): void {
  useCanvas.setState({
    ...part,
    gliding: false,
    ...(part.selection === undefined ? {} : { held: undefined }),
    ...(part.view === undefined ? {} : { fitted: undefined }),
  })
}

/** The canvas: the pictures side by side, and what is to be said above them. */
export function Stage() {
  const empty = useCanvas((state) => state.placed.length === 0 && !state.restoring)
  const starting = useSettings((state) => state.draft.start !== null)
  const comparing = useCanvas((state) => state.compared !== undefined)
  return (
    <main aria-label="Canvas" className="relative min-h-0 min-w-0 flex-1 overflow-hidden bg-canvas">
      <StageMenu>
        <div className="size-full">
          <Surface scene={scene} onChange={change} onDone={rememberChange} onResize={resizeSurface}>
            <Pictures />
            <Marks />
            <StartFrame />
          </Surface>
        </div>
      </StageMenu>
      {empty && !starting ? <FirstPrompt /> : <ZoomBar />}
      <MaskBar />
      <LiveBar />
      {comparing && <CompareView />}
      <div className="pointer-events-none absolute inset-x-0 top-0 z-20 flex flex-col items-center gap-2 p-3 *:pointer-events-auto *:w-full *:max-w-xl">
        <EngineBar />
        <Problem place="stage" />
      </div>
    </main>
  )
}

function Pictures() {
  const count = useCanvas((state) => state.placed.length)
  const active = useCanvas((state) => primary(state.selection))
  return (
    <div
      role="listbox"
      aria-label="Pictures on the canvas"
      aria-multiselectable="true"
      aria-activedescendant={active === undefined ? undefined : `picture-${active}`}
      tabIndex={count === 0 ? -1 : 0}
      data-canvas
      className="absolute inset-0 focus-visible:outline-1 focus-visible:-outline-offset-1"
    >
      <MovingPlane />
    </div>
  )
}

/** The plane follows the view at every frame; the pictures on it are drawn anew only when one comes or goes. */
function MovingPlane() {
  const view = useCanvas((state) => state.view)
  const gliding = useCanvas((state) => state.gliding)
  return (
    <Plane view={view} gliding={gliding}>
      <ShownPictures />
    </Plane>
  )
}

function ShownPictures() {
  const before = useRef<readonly Placed[]>([])
  const shown = useCanvas(({ placed, view, surface }) => {
    before.current = shownOf(placed, keptArea(view, surface), before.current)
    return before.current
  })
  return shown.map((place) => <PictureView key={place.id} place={place} />)
}
