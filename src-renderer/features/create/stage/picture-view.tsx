import { imageUrl } from '#shared/schema/id'
import { memo } from 'react'
import { recallAll } from '../../../actions/recall'
import type { Placed } from '../../../canvas/kernels/layout'
import { resampling } from '../../../canvas/kernels/viewport'
import { onPlane } from '../../../canvas/render/plane'
import { useCanvas } from '../../../state/canvas'
import { framesOf, generationOf, usePictures } from '../../../state/pictures'

interface PictureViewProps {
  readonly place: Placed
  readonly scale: number
  readonly selected: boolean
}

/** One picture on the canvas: the frame that is held, else the finished picture, else the newest state of a forming one. */
export const PictureView = memo(function PictureView({ place, scale, selected }: PictureViewProps) {
  const held = useCanvas((state) => (state.held?.id === place.id ? state.held.index : undefined))
  const made = usePictures((state) => generationOf(state, place.id))
  const frame = usePictures((state) => {
    const frames = framesOf(state, place.id)
    return held === undefined ? frames.at(-1) : frames.find(({ index }) => index === held)
  })
  const image = made !== undefined && held === undefined ? made.id : frame?.image
  return (
    <div
      role="option"
      id={`picture-${place.id}`}
      aria-selected={selected}
      aria-label={made === undefined ? 'A picture that is forming' : made.recipe.prompt}
      onDoubleClick={() => made !== undefined && recallAll(made)}
      style={onPlane(place)}
      className="bg-raised"
    >
      {image === undefined ? (
        <div className="size-full animate-breathe bg-hover" />
      ) : (
        <img
          src={imageUrl(image)}
          alt=""
          draggable={false}
          decoding="async"
          className="block size-full"
          style={{ imageRendering: resampling(scale, devicePixelRatio) }}
        />
      )}
    </div>
  )
})
