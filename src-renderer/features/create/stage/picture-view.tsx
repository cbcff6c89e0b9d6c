import { imageUrl, smallImageUrl } from '#shared/schema/id'
import { memo } from 'react'
import { recallAll } from '../../../actions/recall'
import type { Placed } from '../../../canvas/kernels/layout'
import { needsWhole, SMALL_SIDE } from '../../../canvas/kernels/shown'
import { onPlane } from '../../../canvas/render/plane'
import { useCanvas } from '../../../state/canvas'
import { LIVE, useLive } from '../../../state/live'
import { framesOf, generationOf, usePictures } from '../../../state/pictures'

/** One picture on the canvas: the frame that is held, else the finished picture, else the newest state of a forming one. */
export const PictureView = memo(function PictureView({ place }: { readonly place: Placed }) {
  const { id } = place
  const held = useCanvas((state) => (state.held?.id === id ? state.held.index : undefined))
  const selected = useCanvas((state) => state.selection.includes(id))
  const whole = useCanvas((state) => needsWhole(place, state.view.scale, devicePixelRatio))
  const made = usePictures((state) => generationOf(state, id))
  const frame = usePictures((state) => {
    const frames = framesOf(state, id)
    return held === undefined ? frames.at(-1) : frames.find(({ index }) => index === held)
  })
  const live = useLive((state) => (id === LIVE ? state.picture : undefined))
  const finished = made !== undefined && held === undefined
  const small = finished && Math.max(place.width, place.height) > SMALL_SIDE
  return (
    <div
      role="option"
      id={`picture-${id}`}
      aria-selected={selected}
      aria-label={made?.recipe.prompt ?? (id === LIVE ? 'The live picture' : 'A picture that is forming')}
      onDoubleClick={() => made !== undefined && recallAll(made)}
      style={onPlane(place)}
      className="bg-raised"
    >
      {live !== undefined && <Image source={imageUrl(live.image)} />}
      {!finished && frame === undefined && live === undefined && <div className="size-full animate-breathe bg-hover" />}
      {/* The small copy stays under the whole picture, so that nothing flickers while that is fetched. */}
      {small && <Image source={smallImageUrl(made.id)} />}
      {finished && (whole || !small) && <Image source={imageUrl(made.id)} />}
      {!finished && frame !== undefined && <Image source={imageUrl(frame.image)} />}
    </div>
  )
})

function Image({ source }: { readonly source: string }) {
  return <img src={source} alt="" draggable={false} decoding="async" className="absolute inset-0 block size-full" />
}
